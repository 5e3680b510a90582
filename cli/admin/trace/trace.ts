import { seqOfMessageId } from '../../../lambdas/chat/entries/message.ts'
import { toTime } from '../../columns.ts'
import { field, type LogLine } from '../../logs/logs.ts'
import { type WatchedLogs, watchLogs } from '../../logs/watched.ts'
import { type Target, TargetError } from '../../target.ts'
import { linesOfMessage, linesOfRequest, linesOfSends } from './find.ts'
import { type StoredMessage, storedMessage } from './stored.ts'

/** What the rows and the log say about one message or one request. */
export interface Trace {
  readonly message: string | undefined
  readonly stored: StoredMessage | undefined
  readonly lines: readonly LogLine[]
  /** The time before which lines of the log were left out, epoch milliseconds; undefined if none were. */
  readonly gap: number | undefined
}

export type TraceTarget = Pick<Target, 'logs'> & {
  readonly deps: Pick<Target['deps'], 'log' | 'conversations' | 'now'>
}

/** @param conversation the conversation of a message, if the log may no longer name it */
export async function traceOf(
  { deps, logs: all }: TraceTarget,
  id: string,
  conversation: string | undefined,
): Promise<Trace> {
  const logs = watchLogs(all)
  const target = { deps, logs }
  const seq = seqOfMessageId(id)
  if (seq !== undefined && conversation !== undefined) {
    const trace = await traceMessage(target, id, conversation, seq)
    if (!trace.stored) throw new TargetError(`Conversation ${conversation} has no message ${id}.`)
    return trace
  }
  const lines = await (seq === undefined ? linesOfRequest : linesOfSends)(logs, deps.now(), id)
  const gap = logs.gap()
  if (lines.length === 0) {
    const log = gap === undefined ? 'The log of the last 30 days' : `The log since ${toTime(gap)}`
    throw new TargetError(
      seq === undefined
        ? `${log} has no request or task ${id}.`
        : `${log} does not name the conversation of ${id}. Add --conversation ID.`,
    )
  }
  const send = lines.find((line) => field(line, 'message_id') !== '')
  if (!send) return { message: undefined, stored: undefined, lines, gap }
  // A request leads to its message, and the message to what the worker did later.
  const place = [field(send, 'conversation'), Number(send.message['seq'])] as const
  return await traceMessage(target, field(send, 'message_id'), ...place)
}

async function traceMessage(
  { deps, logs }: TraceTarget & { readonly logs: WatchedLogs },
  message: string,
  conversation: string,
  seq: number,
): Promise<Trace> {
  const stored = await storedMessage(deps, message, conversation, seq)
  const since = stored && Date.parse(stored.createdAt)
  const lines = await linesOfMessage(logs, deps.now(), { message, conversation, seq, since })
  return { message, stored, lines, gap: logs.gap() }
}
