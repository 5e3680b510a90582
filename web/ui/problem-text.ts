import { type FailureCode, RequestError } from '../../client/index.ts'
import type { Texts } from '../text/texts.ts'

/** Says in the user's language why a request failed. */
export function problemText(error: unknown, texts: Texts): string {
  if (!(error instanceof RequestError)) return texts.failed
  const { code, retryable, retryAfterMs, message } = error
  if (code === 'rate_limited' && retryAfterMs) return texts.tooOften(texts.format.after(retryAfterMs))
  const known: Partial<Record<FailureCode, string>> = {
    not_found: texts.noLonger,
    already_answered: texts.alreadyAnswered,
    conversation_exists: texts.alreadyThere,
    forbidden: texts.onlyOwner,
    platform: texts.failed,
  }
  // The server explains in words why it refused; after other failures, the user can only try again.
  return known[code] ?? (retryable ? texts.failed : message)
}
