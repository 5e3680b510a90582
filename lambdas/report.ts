import { ChatError } from '../protocol/errors.ts'
import { userHash } from './log/user-hash.ts'
import type { Audit } from './model.ts'

/**
 * Writes an error to the log, with the field names that Lambda uses for errors that it logs itself. Never pass it an
 * event, a token, a secret or content. The properties of the error are left out: those of an error of DynamoDB may
 * contain a row.
 */
export function report(error: unknown, context: Readonly<Record<string, string>> = {}): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const stackTrace = stack?.split('\n')
  console.error({ event: 'error', ...context, errorType: name, errorMessage: message, stackTrace })
}

/** Writes events that concern security to the log. */
export const auditLog =
  (salt: string): Audit =>
  (event, { user, by, ...fields }) => {
    console.info({
      event,
      ...fields,
      ...(user !== undefined && { user: userHash(salt, user) }),
      ...(by !== undefined && { by: userHash(salt, by) }),
    })
  }

/**
 * The error for the client: a ChatError unchanged; any other error is logged and becomes `unavailable`. A refused token
 * leaves a line in the log.
 */
export function toChatError(
  error: unknown,
  context: Readonly<Record<string, string>>,
  deps: { readonly audit: Audit },
): ChatError {
  if (error instanceof ChatError) {
    if (isRefusal(error.cause)) deps.audit('token_refused', { ...context, code: error.code, ...error.cause })
    return error
  }
  report(error, context)
  return new ChatError('unavailable', 'the service cannot answer now, try again', { retryAfterMs: 1000 })
}

/** The cause that `refusedToken` adds for the log. */
const isRefusal = (cause: unknown): cause is Readonly<Record<'reason', string>> =>
  typeof cause === 'object' && cause !== null && 'reason' in cause
