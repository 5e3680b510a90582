import { limits } from '../../protocol/limits.ts'
import { byteLength, codePoints, isInvisible } from '../../protocol/text.ts'
import { MAX_MESSAGE_CHARACTERS } from '../ui/max-lengths.ts'

/** How many more characters like the others fit into a message; negative if there are too many. */
export function charactersLeft(text: string): number {
  const content = contentOf(text)
  const points = codePoints(content)
  const bytes = byteLength(content)
  // In Chinese or with many emoji, the limit in bytes is the one that is reached first.
  const bytesEach = bytes / Math.max(1, points)
  return Math.min(MAX_MESSAGE_CHARACTERS - points, Math.floor((limits.contentBytes - bytes) / bytesEach))
}

/** Whether the server would accept this text. */
export const canSend = (text: string): boolean => !isInvisible(text) && charactersLeft(text) >= 0

/** The part of a text that is sent. */
export const contentOf = (text: string): string => text.trim()
