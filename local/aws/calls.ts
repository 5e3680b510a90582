import type { ServerResponse } from 'node:http'
import type { Identity } from './iam/identities.ts'

/** An error response. The SDK uses `type` as the `name` of the error it throws. */
export interface AwsError {
  readonly status: number
  readonly type: string
  readonly message: string
}

/** A call with a verified signature. */
export interface AwsCall {
  readonly identity: Identity
  /** `dynamodb`, `secretsmanager`, `sqs` or `execute-api`. */
  readonly service: string
  /** For example `PutItem`; for `@connections`, the HTTP method. */
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

/**
 * Sends an error. For `@connections` the SDK reads the error's name from the header alone; for the services that speak
 * AWS's JSON protocol it reads `__type`.
 */
export function sendError(response: ServerResponse, { status, type, message }: AwsError): void {
  response.setHeader('x-amzn-ErrorType', type)
  sendJson(response, status, { __type: type, message })
}
