import { limits } from '../../protocol/limits.ts'

/** The characters that the server ignores: SEARCH-2 of docs/protocol.md. */
const IGNORED = /[\s'’ʼ`´\p{Pd}\p{M}]/gu
/** In names that are written without spaces, one character is enough. */
const EVERY_CHARACTER_COUNTS = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u

/** The query for a text that the user has written; undefined if the text is too short or too long. */
export function queryOf(text: string): string | undefined {
  const query = text.trim()
  const counted = [...query.normalize('NFD').replace(IGNORED, '')].length
  const isEnough = counted >= limits.searchMin || (counted === 1 && EVERY_CHARACTER_COUNTS.test(query))
  return isEnough && [...query].length <= limits.searchMax ? query : undefined
}
