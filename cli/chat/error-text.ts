import { ChatError } from '../../protocol/errors.ts'
import { printable } from '../../protocol/text.ts'

/** Describes an error in one sentence; a refusal by the chat includes its code. */
export function errorText(error: unknown): string {
  if (!(error instanceof ChatError)) return printable(error instanceof Error ? error.message : String(error))
  const { code, message, retryAfterMs, details } = error
  const later =
    code !== 'rate_limited' || retryAfterMs === undefined
      ? ''
      : `, try again in ${Math.ceil(retryAfterMs / 1000)} s`
  const existing = details['conversation_id']
  const open = existing === undefined ? '' : ` /open ${existing}`
  return printable(`Refused: ${message} (${code})${later}.${open}`)
}
