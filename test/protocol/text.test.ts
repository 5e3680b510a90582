import { describe, expect, it } from 'vitest'
import { isInvisible, isOneLine, printable, printableLines } from '../../protocol/text.ts'

/** Every code point that a well-formed text can contain. */
const characters: string[] = []
for (let point = 0; point <= 0x10ffff; point++) {
  if (point < 0xd800 || point > 0xdfff) characters.push(String.fromCodePoint(point))
}
const hex = (character: string) => character.codePointAt(0)?.toString(16)

describe('invisible characters', () => {
  it.each([
    ['white space', ' \t\n\u00a0\u1680\u2000\u2007\u200a\u202f\u205f\u3000'],
    ['line and paragraph separators', '\u0085\u2028\u2029'],
    ['control characters', '\0\u0007\u001b\u007f\u009f'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f'],
    ['direction marks', '\u061c\u200e\u200f\u202a\u202e\u2066\u2069'],
    ['fillers', '\u115f\u1160\u3164\uffa0\u17b4\u17b5\u{16fe4}'],
    ['variation selectors and tags', '\ufe0f\ufe0e\u180b\u{e0020}\u{e0100}'],
    ['blank glyphs', '\u2800\u{1d159}\u{13441}\u{13442}'],
    ['musical format characters', '\u{1d173}\u{1d17a}'],
  ])('[SEND-8] include %s', (_name, text) => {
    for (const character of text)
      expect([hex(character), isInvisible(character)]).toEqual([hex(character), true])
    expect(isInvisible(text)).toBe(true)
    expect(isInvisible(`${text}.${text}`)).toBe(false)
  })

  it('[SEND-8] include no letter, mark with a glyph, number, punctuation, emoji, private or future character', () => {
    const blank = new Set('\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800\u{1d159}\u{13441}\u{13442}\u{16fe4}')
    const hidden = /[\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u
    const future = /[\p{Cn}\p{Co}]/u
    const wrong: string[] = []
    for (const character of characters) {
      const isReserved = future.test(character) && !/\p{Default_Ignorable_Code_Point}/u.test(character)
      const expected = !isReserved && (hidden.test(character) || blank.has(character))
      if (isInvisible(character) !== expected) wrong.push(hex(character) ?? '')
    }
    expect(wrong).toEqual([])
  })
})

describe('one line', () => {
  it('[TEXT-1] is a text in any script, with emoji', () => {
    for (const text of ['', 'Ops', '李小龙', 'שלום', 'مرحبا', '👩‍👩‍👧', 'नमस्ते', 'a\u00a0b']) {
      expect(isOneLine(text), text).toBe(true)
    }
  })

  it('[TEXT-1] contains no control character, line separator, or character that changes the direction', () => {
    const refused = characters.filter((character) => !isOneLine(`a${character}b`)).map(hex)
    const range = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, n) => (first + n).toString(16))
    expect(refused).toEqual([
      ...range(0, 0x1f),
      ...range(0x7f, 0x9f),
      '61c',
      ...range(0x200e, 0x200f),
      ...range(0x2028, 0x202e),
      ...range(0x2066, 0x2069),
    ])
  })
})

describe('a text on the terminal', () => {
  it('[OPS-3] is one line, with escapes instead of characters that a terminal would interpret', () => {
    expect(printable('a\tb\nc\r\u001b[2J\u009b\u2028\u202e\u0085')).toBe(
      'a\\tb\\nc\\r\\u{1b}[2J\\u{9b}\\u{2028}\\u{202e}\\u{85}',
    )
    expect(printable('O’Brien 李小龙 👩‍👩‍👧')).toBe('O’Brien 李小龙 👩‍👩‍👧')
  })

  it('[OPS-3] is always one line', () => {
    const wrong = characters.filter((character) => !isOneLine(printable(character)))
    expect(wrong.map(hex)).toEqual([])
  })

  it('[OPS-3] keeps its line breaks where several lines are printed', () => {
    expect(printableLines('a\r\nb\u001bc\nd', '  ')).toBe('a\n  b\\u{1b}c\n  d')
  })
})
