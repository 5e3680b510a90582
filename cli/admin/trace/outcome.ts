import type { PostCounts } from '../../../lambdas/log/record.ts'
import { count } from '../../columns.ts'
import { field, type LogLine } from '../../logs/logs.ts'

const isSend = (line: LogLine) => field(line, 'message_id') !== ''

/** Whether this is the invocation that stored the message. */
export const isStore = (line: LogLine) => isSend(line) && line.message['duplicate'] !== true

/** Whether this is a send that the client repeated, and that stored nothing. */
export const isRepetition = (line: LogLine) => isSend(line) && line.message['duplicate'] === true

/** Whether this is an attempt of the worker to push what a send had left to it. */
export const isDelivery = (line: LogLine) => field(line, 'route') === 'deliver'

/** How the pushes of an invocation or a task ended. */
export function postsOf({ message }: LogLine): PostCounts {
  const { delivered = 0, gone = 0, failed = 0, left = 0 } = Object(message['posts']) as Partial<PostCounts>
  return { delivered, gone, failed, left }
}

/**
 * What the log says about the pushes of a message, in sentences. Pushes that succeeded are not mentioned, because the
 * lines of the log already show them.
 */
export function outcome(lines: readonly LogLine[], recipients: number): readonly string[] {
  if (lines.length === 0) return []
  const stores = lines.filter(isStore)
  const deliveries = lines.filter(isDelivery)
  const failed = sum(lines, 'failed') + sum(deliveries, 'left')
  const left = sum(stores, 'left')
  return [
    ...(stores.length === 0 ? [UNKNOWN] : []),
    ...(failed > 0 ? [`${count(failed, 'push', 'pushes')} failed. ${LATER}`] : []),
    ...(left > 0 && !deliveries.some((line) => field(line, 'code') === 'ok')
      ? [
          `The worker has not delivered ${count(left, 'push', 'pushes')} that ${left === 1 ? 'was' : 'were'} left to it: ` +
            'see "letters list" and "doctor".',
        ]
      : []),
    ...(stores.length > 0 && recipients > 0 && failed + left + sum(lines, 'delivered') === 0
      ? [unreached(lines, stores)]
      : []),
  ]
}

const LATER = 'The clients find the message with their next ping.'
const UNKNOWN =
  'The log has no line of the invocation that stored the message, so its pushes are not known: ' +
  'the invocation may have been stopped, or the log of that time is no longer kept.'

/** Says why the log counts no push that was delivered, that failed, or that was left to the worker. */
function unreached(lines: readonly LogLine[], stores: readonly LogLine[]): string {
  const requests = new Set(stores.map(({ requestId }) => requestId))
  if (lines.some((line) => field(line, 'event') === 'error' && requests.has(line.requestId)))
    return `No push was sent: see the error above. ${LATER}`
  const gone = sum(stores, 'gone')
  if (gone === 0) return 'No recipient was connected when it was sent.'
  return gone === 1
    ? 'The only push found its connection gone, so no recipient was reached.'
    : `All ${gone} pushes found their connections gone, so no recipient was reached.`
}

const sum = (lines: readonly LogLine[], kind: keyof PostCounts) =>
  lines.reduce((total, line) => total + postsOf(line)[kind], 0)
