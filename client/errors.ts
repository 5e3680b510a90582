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
  readonly code: FailureCode
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  /** With `conversation_exists`: the existing conversation. */
  readonly conversationId: string | undefined

  constructor(
    code: FailureCode,
    message: string,
    {
      retryable = false,
      retryAfterMs,
      conversationId,
    }: { retryable?: boolean; retryAfterMs?: number | undefined; conversationId?: string | undefined } = {},
  ) {
    super(message)
    this.code = code
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
    this.conversationId = conversationId
  }
}
