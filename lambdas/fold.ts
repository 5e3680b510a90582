import { limits } from '../protocol/limits.ts'
import { codePoints } from '../protocol/text.ts'

/** The most code points of a term: with the longest id appended, a sort key stays below DynamoDB's 1,024 bytes. */
const MAX_CODE_POINTS = 128

/** Letters that Unicode does not decompose, and the final sigma, which depends on what follows. */
const letters: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
}

/** White space, apostrophes, hyphens and the dots between the parts of a foreign name, as in 哈利·波特. */
const separators = /[\s\p{Cc}\p{Pd}'’‘ʼʻ′`´·・]+/u

/**
 * The words of a text, folded for comparison: without case, accents, invisible characters and the characters between
 * the words. The round trip through upper case is needed because only upper case maps ß and ı to SS and I. It starts
 * with lower case, which maps ẞ to ß. A Hangul syllable becomes its letters. No word contains a control character, so a
 * control character can serve as a separator.
 */
export function foldWords(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Cs}]/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/[øłđðþæœς]/g, (letter) => letters[letter] ?? letter)
    .split(separators)
    .filter((word) => word !== '')
}

/** Joins folded words into one term. Stored terms and search input are folded and joined alike. */
export const joinWords = (words: readonly string[]): string => {
  // No code point takes more than two UTF-16 units, so only this much of a long text has to be split.
  const beginning = words.join('').slice(0, 2 * MAX_CODE_POINTS)
  return [...beginning].slice(0, MAX_CODE_POINTS).join('')
}

/** Folds a text into one term: `Jean-Luc O’Brien` becomes `jeanlucobrien`. */
export const fold = (text: string): string => joinWords(foldWords(text))

/** Matches if a text begins in a script without spaces: with Han, kana, or the first letter of a Hangul syllable. */
const unspaced = /^[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\u1100-\u115e]/u

/** Where a search can match in a folded word: at its beginning, and at every character of a script without spaces. */
export function startsIn(word: string): readonly number[] {
  let at = 0
  return [...word].flatMap((character) => {
    const start = at
    at += character.length
    return start === 0 || unspaced.test(character) ? [start] : []
  })
}

/** The shortest length of a search term: one character of a script without spaces, otherwise two characters. */
export const shortest = (term: string): number => (unspaced.test(term) ? 1 : limits.searchMin)

/** True if the term is long enough to search for. */
export const isSearchable = (term: string): boolean => codePoints(term) >= shortest(term)
