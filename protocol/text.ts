const encoder = new TextEncoder()

/** Length in UTF-8 bytes. */
export const byteLength = (text: string) => encoder.encode(text).length

export const codePoints = (text: string) => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Whether the text has no half of a surrogate pair, which UTF-8 could not carry. */
export const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text)

/** Whether a reader would see nothing: white space, control, format and other invisible characters only. */
export const isInvisible = (text: string) =>
  /^[\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text)

/**
 * How deep objects and arrays stand inside each other, read from the raw text without recursion: JSON.parse
 * accepts tens of thousands of levels, and what walks its result afterwards dies of them.
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
