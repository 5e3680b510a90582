/** With the longest id behind it a sort key stays under DynamoDB's 1,024 bytes. */
const LONGEST = 128

/** Letters that Unicode does not take apart, and the final sigma, which depends on what follows. */
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
 * What remains of a text when case, accents, invisible characters and the amount of white space do not count; the same
 * for what is kept and what is asked for. Upper case comes in between because only it takes ß and ı to SS and I, and ẞ only from ß.
 * No control character is left: what needs a separator may use one.
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
  return [...folded].slice(0, LONGEST).join('').trimEnd()
}
