/** What would move the cursor, change colours, turn the reading direction or begin another line. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** Text of others as one line that does nothing to a terminal. */
export const oneLine = (text: string) =>
  text.replace(
    unsafe,
    (character) => escapes[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  )

/** As one line from which the text can be had back: a backslash of its own is doubled. */
export const field = (text: string) => oneLine(text.replaceAll('\\', '\\\\'))

/** Keeps its lines, each behind an indentation. */
export const indented = (text: string, by: number) =>
  text
    .split(/\r?\n/)
    .map(oneLine)
    .join(`\n${' '.repeat(by)}`)
