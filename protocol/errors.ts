/** Every code that an error frame or a failed REST call may carry, with its HTTP status. */
export const errorCodes = {
  bad_request: { status: 400, retryable: false },
  unknown_type: { status: 400, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  unauthorized: { status: 401, retryable: false },
  token_expired: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  idempotency_conflict: { status: 409, retryable: false },
  already_answered: { status: 409, retryable: false },
  conversation_exists: { status: 409, retryable: false },
  rate_limited: { status: 429, retryable: true },
  reconnect_required: { status: 409, retryable: true },
  replaced: { status: 409, retryable: false },
  unavailable: { status: 503, retryable: true },
} as const satisfies Record<string, { readonly status: number; readonly retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

interface ChatErrorOptions {
  /** True if the connection is closed after the error frame. */
  readonly closes?: boolean
  readonly retryAfterMs?: number
  /** Extra fields of the response, for example the id of the existing conversation. */
  readonly details?: Readonly<Record<string, string>>
  /** The reason, for the log only. */
  readonly cause?: unknown
}

/** A refusal. Clients see the message verbatim, so it names fields but never internals. */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly code: ErrorCode
  readonly closes: boolean
  readonly retryAfterMs: number | undefined
  readonly details: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, options: ChatErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.closes = options.closes ?? false
    this.retryAfterMs = options.retryAfterMs
    this.details = options.details ?? {}
  }
}

/** The same error for what does not exist and for what belongs to other users, so that ids reveal nothing. */
export const notFound = (what: string) => new ChatError('not_found', `no such ${what}`)

/** The same error for every reason to refuse a token. */
export const unauthorized = (options: ChatErrorOptions = {}) =>
  new ChatError('unauthorized', 'a valid token is required', options)
