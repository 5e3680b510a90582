/** Characters that move the cursor, change colors, change the text direction or start a new line. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** Escapes other people's text into one line that is safe to print on a terminal. */
export const oneLine = (text: string) =>
  text.replace(
    unsafe,
    (character) => escapes[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  )

/** Escapes text into one line reversibly: backslashes are doubled. */
export const field = (text: string) => oneLine(text.replaceAll('\\', '\\\\'))

/** Keeps the line breaks and indents every line after the first. */
export const indented = (text: string, by: number) =>
  text
    .split(/\r?\n/)
    .map(oneLine)
    .join(`\n${' '.repeat(by)}`)
