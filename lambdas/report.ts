import { ChatError } from '../protocol/errors.ts'

/** One line of JSON in the log. Never given an event, a token, a secret or what a message says. */
export function report(error: unknown, context: Readonly<Record<string, string>> = {}): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  console.error(JSON.stringify({ level: 'error', ...context, name, message, stack }))
}

/**
 * What a client may hear of an error: a refusal as it is; of anything else only that it may try again, the
 * rest goes to the log.
 */
export function toChatError(error: unknown, context: Readonly<Record<string, string>>): ChatError {
  if (error instanceof ChatError) return error
  report(error, context)
  return new ChatError('unavailable', 'the service cannot answer now, try again', { retryAfterMs: 1000 })
}
