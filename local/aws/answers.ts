import type { ServerResponse } from 'node:http'
import type { Identity } from './iam/identities.ts'

/** What the laptop's AWS says no with; the type is what SDK errors get as their `name`. */
export interface AwsFault {
  readonly status: number
  readonly type: string
  readonly message: string
}

/** A call whose signature is verified. */
export interface AwsCall {
  readonly identity: Identity
  /** `dynamodb`, `secretsmanager`, `sqs` or `execute-api`. */
  readonly service: string
  /** For example `PutItem`, or the HTTP method of a call to `@connections`. */
  readonly operation: string
  readonly path: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

/** The header serves the REST protocol of `@connections` [A3], `__type` the JSON one of the others. */
export function sendFault(response: ServerResponse, { status, type, message }: AwsFault): void {
  response.setHeader('x-amzn-ErrorType', type)
  sendJson(response, status, { __type: type, message })
}
