/** With the longest id appended, a sort key stays below DynamoDB's 1,024 bytes. */
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

/**
 * Folds a text for comparison: ignores case, accents, invisible characters and the amount of white space. Stored terms
 * and search input are folded alike. The round trip through upper case is needed because only upper case maps ß and ı to
 * SS and I, and only ß yields ẞ. The result contains no control character, so one can serve as a separator.
 */
export function fold(text: string): string {
  const folded = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Cs}]/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/[øłđðþæœς]/g, (letter) => letters[letter] ?? letter)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return [...folded].slice(0, MAX_CODE_POINTS).join('').trimEnd()
}
