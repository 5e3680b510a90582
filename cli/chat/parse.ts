/** The input is not a valid command. The message says how to enter a valid one. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What the Tab key completes. */
export type Completion = 'person' | 'conversation' | 'invitation'

/** A command's parameter: one word, one or more words, the rest of the line verbatim, or an optional word. */
export interface Parameter {
  readonly name: string
  readonly kind: 'word' | 'words' | 'rest' | 'flag'
  readonly completion?: Completion
}

export const word = (name: string): Parameter => ({ name, kind: 'word' })
export const words = (name: string, completion: Completion): Parameter => ({
  name,
  kind: 'words',
  completion,
})
export const rest = (name: string, completion?: Completion): Parameter => ({
  name,
  kind: 'rest',
  ...(completion && { completion }),
})
export const flag = (name: string): Parameter => ({ name, kind: 'flag' })

/** The syntax of a command, for example `/edit <seq> <text>`. */
export const usage = (command: string, parameters: readonly Parameter[]) =>
  [`/${command}`, ...parameters.map(usageOf)].join(' ')

function usageOf({ kind, name }: Parameter): string {
  if (kind === 'flag') return `[${name}]`
  return `<${name}${kind === 'words' ? '…' : ''}>`
}

/** A typed line: a message to the open conversation, or a command with its arguments. */
export type Line =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly name: string; readonly args: string }

/** The message in a line that is being typed; undefined if it is a command. */
export function messageIn(line: string): string | undefined {
  const read = readLine(line)
  if (!read) return line.trim()
  return read.kind === 'text' ? read.text : undefined
}

/** The line that sends this message. */
export const lineOf = (message: string) => (message.startsWith('/') ? `/${message}` : message)

/** Whether the message goes on in the next line: this line ends with a backslash that is not doubled. */
export const continues = (line: string) => (/\\+$/.exec(line)?.[0].length ?? 0) % 2 === 1

/** Returns undefined for a blank line. A message that starts with a slash is typed with two slashes. */
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
  for (const { kind, name } of parameters) {
    if (kind === 'flag') {
      const isSet = left === name
      values.push(isSet ? name : '')
      if (isSet) left = ''
      continue
    }
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
