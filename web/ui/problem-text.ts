import { type FailureCode, type Pending, RequestError } from '../../client/index.ts'
import type { Texts } from '../text/texts.ts'

/** Says in the user's language why a request failed. */
export function problemText(error: unknown, texts: Texts): string {
  if (!(error instanceof RequestError)) return texts.failed
  const { code, retryAfterMs } = error
  if (code === 'rate_limited' && retryAfterMs) return texts.tooOften(texts.format.after(retryAfterMs))
  return codeText(code, texts)
}

/** Says in the user's language that a message was not sent, and why. */
export const notSentText = (error: Pending['error'], texts: Texts): string =>
  error ? texts.says(texts.notSent, codeText(error.code, texts)) : texts.notSent

function codeText(code: FailureCode, texts: Texts): string {
  const known: Partial<Record<FailureCode, string>> = {
    not_found: texts.noLonger,
    already_answered: texts.alreadyAnswered,
    conversation_exists: texts.alreadyThere,
    forbidden: texts.onlyOwner,
    bad_request: texts.notAccepted,
    payload_too_large: texts.notAccepted,
    network: texts.noConnection,
  }
  // After other failures, the user can only try again.
  return known[code] ?? texts.failed
}
