import type { ErrorCode } from './wire.ts'

/** Thrown by `token` to end the chat: there is no user any more. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut'
}

/**
 * - `network`: the server could not be reached, or the connection ended before the answer
 * - `timeout`: no answer in time
 * - `platform`: API Gateway or Lambda refused the request without a code of the chat
 */
export type FailureCode = ErrorCode | 'network' | 'timeout' | 'platform'

/** A request that the server refused, or that got no answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  declare readonly code: FailureCode
  /** Whether the same request may succeed later. */
  declare readonly retryable: boolean
  declare readonly retryAfterMs: number | undefined
  /** With `conversation_exists`: the existing conversation. */
  declare readonly conversationId: string | undefined

  constructor(
    code: FailureCode,
    message: string,
    details: Partial<Pick<RequestError, 'retryable' | 'retryAfterMs' | 'conversationId'>> = {},
  ) {
    super(message)
    Object.assign(this, { code, retryable: false, ...details })
  }
}
