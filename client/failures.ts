import { type FailureCode, RequestError } from './errors.ts'

/** A request that got no answer, and may be repeated. */
export const failure = (code: FailureCode): RequestError => new RequestError(code, code, { retryable: true })

/** What the server says when it refuses a request. */
export interface Refusal {
  readonly code: FailureCode
  readonly message: string
  readonly retryable: boolean
  readonly retry_after_ms?: number
  readonly conversation_id?: string
}

/** The error for a refusal. */
export const errorFrom = ({ code, message, retryable, retry_after_ms, conversation_id }: Refusal) =>
  new RequestError(code, message, {
    retryable,
    retryAfterMs: retry_after_ms,
    conversationId: conversation_id,
  })
