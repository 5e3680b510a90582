const encoder = new TextEncoder()

/** Length in UTF-8 bytes. */
export const byteLength = (text: string) => encoder.encode(text).length

export const codePoints = (text: string) => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** True if the text has no unpaired surrogate, which UTF-8 cannot encode. */
export const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text)

/**
 * True if the text has only white space, control, format and other invisible characters. No Unicode property covers the
 * characters that the expression lists one by one: the Braille blank, the blank quads of Egyptian hieroglyphs, the
 * filler of the Khitan small script and the null notehead of musical notation.
 */
export const isInvisible = (text: string) =>
  /^[\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u{13441}\u{13442}\u{16fe4}\u{1d159}]*$/u.test(
    text,
  )

/** Characters that move the cursor, change colors, start a new line or change the direction of the text around them. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** True if the text is one line and does not change how the text around it is shown. */
export const isOneLine = (text: string) => text.search(unprintable) < 0

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** Escapes a text into one line that is safe to print on a terminal. */
export const printable = (text: string) =>
  text.replace(
    unprintable,
    (character) => escapes[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  )

/** A value as one line of JSON that is safe to print on a terminal, and means the same to a program. */
export const printableJson = (value: object) =>
  JSON.stringify(value).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Keeps the line breaks and escapes each line; every line after the first begins with `indent`. */
export const printableLines = (text: string, indent = '') =>
  text.split(/\r?\n/).map(printable).join(`\n${indent}`)

/**
 * The depth of nested objects and arrays, counted on the raw text without recursion: JSON.parse accepts tens of
 * thousands of levels, and recursive code that walks the result overflows the stack.
 */
export function nesting(json: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}
