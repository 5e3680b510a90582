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

/** True if the text has only white space, control, format and other invisible characters. */
export const isInvisible = (text: string) =>
  /^[\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text)

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
