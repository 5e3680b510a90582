import { toTime } from '../../columns.ts'
import { field, type LogLine } from '../../logs/logs.ts'
import type { StoredMessage } from './stored.ts'

/** What became of a message, in sentences. */
export function storedLines(id: string, stored: StoredMessage): readonly string[] {
  const { conversation, seq, sender, createdAt, editedAt, deletedAt, recipients } = stored
  return [
    `Message ${id} is stored in conversation ${conversation} as seq ${seq}, sent by ${sender} at ${createdAt}.`,
    ...(editedAt === undefined ? [] : [`It was edited at ${editedAt}.`]),
    ...(deletedAt === undefined ? [] : [`It was deleted at ${deletedAt}.`]),
    ...recipients.map(({ user, hasRead, joined }) => {
      const connections = joined === 1 ? '1 connection has' : `${joined} connections have`
      return `${user} ${hasRead ? 'has read it' : 'has not read it'}; ${connections} joined the conversation now.`
    }),
  ]
}

/** One line for each line of the log. */
export const logLines = (lines: readonly LogLine[]): readonly string[] =>
  lines.map((line) => `${toTime(line.at)}  ${line.function}  ${sentence(line)}`)

function sentence(line: LogLine): string {
  const { message } = line
  const at = (name: string) => field(line, name)
  const route = at('route') && `${at('route')}: `
  if (at('event') === 'invocation') {
    const repeated = message['duplicate'] === true ? ', a repetition that stored nothing' : ''
    return `${route}${at('code')} after ${at('duration_ms')} ms${repeated}${pushes(line)}${ids(line)}`
  }
  if (at('errorType') !== '') return `${route}error ${at('errorType')}: ${at('errorMessage')}${ids(line)}`
  if (at('event') === 'platform.report')
    return `Lambda ended the invocation after ${at('duration_ms')} ms: ${at('status')}${ids(line)}`
  return `${at('event')}${at('reason') && `: ${at('reason')}`}${ids(line)}`
}

function pushes({ message }: LogLine): string {
  const posts = message['posts']
  if (typeof posts !== 'object' || posts === null) return ''
  const { delivered = 0, gone = 0, failed = 0, left = 0 } = posts as Readonly<Record<string, number>>
  const parts = [
    `${delivered} delivered`,
    ...(gone ? [`${gone} to connections that are gone`] : []),
    ...(failed ? [`${failed} failed`] : []),
    ...(left ? [`${left} left to the worker`] : []),
  ]
  return `; pushes: ${parts.join(', ')}`
}

const ids = (line: LogLine): string => {
  const connection = field(line, 'connection')
  return ` (request ${line.requestId}${connection && `, connection ${connection}`})`
}

/** What the log shows to be wrong, in sentences. */
export function problems(lines: readonly LogLine[], recipients: number): readonly string[] {
  const counts = { delivered: 0, failed: 0, left: 0 }
  for (const { message } of lines) {
    const posts = Object(message['posts']) as Partial<typeof counts>
    for (const key of ['delivered', 'failed', 'left'] as const) counts[key] += posts[key] ?? 0
  }
  const delivered = lines.some((line) => field(line, 'route') === 'deliver' && field(line, 'code') === 'ok')
  return [
    ...(counts.failed > 0
      ? [
          `${counts.failed} pushes failed: API Gateway refused them. The clients find the message with their next ping.`,
        ]
      : []),
    ...(counts.left > 0 && !delivered
      ? ['The worker has not delivered what was left to it: see "letters list" and "doctor".']
      : []),
    ...(recipients > 0 && lines.length > 0 && counts.delivered + counts.failed + counts.left === 0
      ? ['No recipient was connected when it was sent.']
      : []),
  ]
}
