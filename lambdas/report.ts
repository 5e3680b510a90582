import { ChatError } from '../protocol/errors.ts'

/** Writes an error to the log as one line of JSON. Never pass it an event, a token, a secret or content. */
export function report(error: unknown, context: Readonly<Record<string, string>> = {}): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  console.error(JSON.stringify({ level: 'error', ...context, name, message, stack }))
}

/** The error for the client: a ChatError unchanged; any other error is logged and becomes `unavailable`. */
export function toChatError(error: unknown, context: Readonly<Record<string, string>>): ChatError {
  if (error instanceof ChatError) return error
  report(error, context)
  return new ChatError('unavailable', 'the service cannot answer now, try again', { retryAfterMs: 1000 })
}
