import { ChatError } from '../protocol/errors.ts'
import type { Audit } from './model.ts'

/** Writes an error to the log as one line of JSON. Never pass it an event, a token, a secret or content. */
export function report(error: unknown, context: Readonly<Record<string, string>> = {}): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  console.error(JSON.stringify({ level: 'error', ...context, name, message, stack }))
}

/** Writes an event that concerns security to the log as one line of JSON. */
export const audit: Audit = (event, fields) => {
  console.log(JSON.stringify({ level: 'info', event, ...fields }))
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

/** What `refusedToken` notes for the log. */
const isRefusal = (cause: unknown): cause is Readonly<Record<'reason', string>> =>
  typeof cause === 'object' && cause !== null && 'reason' in cause
