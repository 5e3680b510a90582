import { RequestError } from '../../client/index.ts'
import { printable } from '../../protocol/text.ts'

/** Describes an error in one sentence; a refusal by the chat includes its code. */
export function errorText(error: unknown): string {
  if (!(error instanceof RequestError))
    return printable(error instanceof Error ? error.message : String(error))
  const { code, conversationId, message, retryAfterMs } = error
  if (code === 'network' || code === 'timeout' || code === 'platform')
    return printable(`The chat cannot be reached: ${message}.`)
  const later =
    code !== 'rate_limited' || retryAfterMs === undefined
      ? ''
      : `, try again in ${Math.ceil(retryAfterMs / 1000)} s`
  const open = conversationId === undefined ? '' : ` /open ${conversationId}`
  return printable(`Refused: ${message} (${code})${later}.${open}`)
}
