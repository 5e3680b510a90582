/** Something was typed that cannot be done; the message says what could be. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a command wants to be told: one word, one or more words, or all the rest of the line as it stands. */
export interface Parameter {
  readonly name: string
  readonly kind: 'word' | 'words' | 'rest'
}

export const word = (name: string): Parameter => ({ name, kind: 'word' })
export const words = (name: string): Parameter => ({ name, kind: 'words' })
export const rest = (name: string): Parameter => ({ name, kind: 'rest' })

/** How a command is written, for example `/edit <seq> <text>`. */
export const usage = (command: string, parameters: readonly Parameter[]) =>
  [`/${command}`, ...parameters.map(({ name, kind }) => `<${name}${kind === 'words' ? '…' : ''}>`)].join(' ')

/** What somebody typed: a message to the open conversation, or a command and what follows its name. */
export type Line =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly name: string; readonly following: string }

/** Nothing if there is nothing to see; a message that begins with a slash is typed with two. */
export function readLine(line: string): Line | undefined {
  if (line.trim() === '') return undefined
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) }
  const [, name, following = ''] = /^\/(\S*)\s*(.*)$/su.exec(line) ?? []
  return name === undefined ? { kind: 'text', text: line } : { kind: 'command', name, following }
}

/** The values of the parameters in turn, or nothing if one is missing or something is left over. */
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

/** Several words in double quotes are one. */
function firstWord(text: string): { readonly word: string; readonly left: string } | undefined {
  const [, quoted, bare, left = ''] = /^(?:"([^"]+)"(?=\s|$)|(\S+))\s*(.*)$/su.exec(text) ?? []
  const first = quoted ?? bare
  return first === undefined ? undefined : { word: first, left }
}
