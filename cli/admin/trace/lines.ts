import { count, toTime } from '../../columns.ts'
import { field, type LogLine } from '../../logs/logs.ts'
import { isDelivery, isRepetition, isStore, postsOf } from './outcome.ts'
import type { StoredMessage } from './stored.ts'

/** What became of a message, in sentences. */
export function storedLines(id: string, stored: StoredMessage): readonly string[] {
  const { conversation, seq, sender, createdAt, editedAt, deletedAt, recipients } = stored
  return [
    `Message ${id} is stored in conversation ${conversation} as seq ${seq}, sent by ${sender} at ${createdAt}.`,
    ...(editedAt === undefined ? [] : [`It was edited at ${editedAt}.`]),
    ...(deletedAt === undefined ? [] : [`It was deleted at ${deletedAt}.`]),
    ...recipients.map(({ user, hasRead, joined }) => {
      const connections = `${count(joined, 'connection')} in the conversation now`
      return `${user} ${hasRead ? 'has read it' : 'has not read it'}, and has ${connections}.`
    }),
  ]
}

/** One line for each line of the log. */
export const logLines = (lines: readonly LogLine[]): readonly string[] =>
  lines.map((line) => `${toTime(line.at)}  ${line.function}  ${sentence(line)}`)

function sentence(line: LogLine): string {
  const at = (name: string) => field(line, name)
  const route = at('route') && `${at('route')}: `
  if (at('event') === 'invocation') {
    return `${route}${at('code')} after ${at('duration_ms')} ms${stored(line)}${pushes(line)}${ids(line)}`
  }
  if (at('errorType') !== '') return `${route}error ${at('errorType')}: ${at('errorMessage')}${ids(line)}`
  if (at('event') === 'platform.report')
    return `Lambda ended the invocation after ${at('duration_ms')} ms: ${at('status')}${ids(line)}`
  return `${at('event')}${at('reason') && `: ${at('reason')}`}${ids(line)}`
}

function stored(line: LogLine): string {
  if (isRepetition(line)) return ', a repetition that stored nothing'
  return isStore(line) ? ', stored the message' : ''
}

function pushes(line: LogLine): string {
  const { delivered, gone, failed, left } = postsOf(line)
  if (delivered + gone + failed + left === 0) return ''
  const parts = [
    `${delivered} delivered`,
    ...(gone ? [`${gone} to connections that are gone`] : []),
    ...(failed ? [`${failed} failed`] : []),
    ...(left ? [isDelivery(line) ? `${left} given up` : `${left} left to the worker`] : []),
  ]
  return `; pushes: ${parts.join(', ')}`
}

const ids = (line: LogLine): string => {
  const connection = field(line, 'connection')
  return ` (request ${line.requestId}${connection && `, connection ${connection}`})`
}
