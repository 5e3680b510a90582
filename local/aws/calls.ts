import type { ServerResponse } from 'node:http'
import type { Identity } from './iam/identities.ts'

/** An error response. The SDK uses `type` as the `name` of the error it throws. */
export interface AwsError {
  readonly status: number
  readonly type: string
  readonly message: string
}

/** Without a body, the response is empty. A body that is already encoded is sent unchanged. */
export type AwsReply = AwsError | { readonly status: number; readonly body?: object }

/** A call with a verified signature. */
export interface AwsCall {
  readonly identity: Identity
  /** `dynamodb`, `secretsmanager`, `sqs`, `lambda` or `execute-api`. */
  readonly service: string
  /** For example `PutItem`; for `@connections` and Lambda, the HTTP method. */
  readonly operation: string
  readonly path: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export const badRequest = (type: string, message: string): AwsError => ({ status: 400, type, message })

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = Buffer.isBuffer(body) ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

/**
 * Sends a response. For `@connections` and Lambda, the SDK reads the name of an error only from the header; for the
 * services that speak AWS's JSON protocol, it reads `__type`.
 */
export function sendReply(response: ServerResponse, reply: AwsReply): void {
  if ('type' in reply) {
    response.setHeader('x-amzn-ErrorType', reply.type)
    sendJson(response, reply.status, { __type: reply.type, message: reply.message })
  } else if (reply.body) sendJson(response, reply.status, reply.body)
  else {
    response.statusCode = reply.status
    response.end()
  }
}
