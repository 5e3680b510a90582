/** The input is not a valid command; the message says what a valid one looks like. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A command's parameter: one word, one or more words, or the rest of the line verbatim. */
export interface Parameter {
  readonly name: string
  readonly kind: 'word' | 'words' | 'rest'
}

export const word = (name: string): Parameter => ({ name, kind: 'word' })
export const words = (name: string): Parameter => ({ name, kind: 'words' })
export const rest = (name: string): Parameter => ({ name, kind: 'rest' })

/** The syntax of a command, for example `/edit <seq> <text>`. */
export const usage = (command: string, parameters: readonly Parameter[]) =>
  [`/${command}`, ...parameters.map(({ name, kind }) => `<${name}${kind === 'words' ? '…' : ''}>`)].join(' ')

/** A typed line: a message to the open conversation, or a command with its arguments. */
export type Line =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly name: string; readonly args: string }

/** Returns undefined for a blank line. A message that starts with a slash is typed with two. */
export function readLine(line: string): Line | undefined {
  if (line.trim() === '') return undefined
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) }
  const [, name, args = ''] = /^\/(\S*)\s*(.*)$/su.exec(line) ?? []
  return name === undefined ? { kind: 'text', text: line } : { kind: 'command', name, args }
}

/** Returns the arguments in order, or undefined if one is missing or there are too many. */
export function readArguments(parameters: readonly Parameter[], text: string): readonly string[] | undefined {
  const values: string[] = []
  let left = text.trim()
  for (const { kind } of parameters) {
    if (left === '') return undefined
    if (kind === 'rest') {
      values.push(left)
      left = ''
    }
    do {
      const next = firstWord(left)
      if (!next) break
      values.push(next.word)
      left = next.left
    } while (kind === 'words')
  }
  return left === '' ? values : undefined
}

/** Words in double quotes count as one. */
function firstWord(text: string): { readonly word: string; readonly left: string } | undefined {
  const [, quoted, bare, left = ''] = /^(?:"([^"]+)"(?=\s|$)|(\S+))\s*(.*)$/su.exec(text) ?? []
  const first = quoted ?? bare
  return first === undefined ? undefined : { word: first, left }
}
