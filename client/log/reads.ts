import type { Entry } from '../types.ts'
import type { Message } from '../wire.ts'
import { indexOfSeq } from './entries.ts'
import type { LogState } from './log-state.ts'

/** Up to where a log has been read, and when that was last known to change. */
export interface Cursor {
  readonly seq: number
  /** ISO 8601 */
  readonly at?: string | undefined
}

/** What decides whether messages are read. */
export interface Reads {
  /** The user's cursor: messages of others up to here are read. */
  readonly mine: Cursor
  /** The lowest cursor of the others: messages of the user up to here are read. */
  readonly others: Cursor
}

type Reader = Pick<LogState, 'reads' | 'user'>

/** The message, marked as read if a cursor has reached it. */
export function withRead(message: Message, { reads, user }: Reader): Message {
  const { seq, at } = message.sender_id === user ? reads.others : reads.mine
  if (message.is_read || seq < message.seq) return message
  return { ...message, is_read: true, ...(at === undefined ? {} : { read_at: at }) }
}

/** The entries, with the messages after `after` and up to `upTo` marked that a cursor has reached. */
export function markRead(log: LogState, after: number, upTo: number): readonly Entry[] {
  let { entries } = log
  const end = indexOfSeq(entries, upTo + 1)
  for (let i = indexOfSeq(entries, after + 1); i < end; i++) {
    const entry = entries[i]
    if (entry?.kind !== 'message') continue
    const read = withRead(entry, log)
    if (read === entry) continue
    if (entries === log.entries) entries = entries.slice()
    ;(entries as Entry[])[i] = read
  }
  return entries
}

const MAX_UNREAD = 100

/** The unread messages of others, at most 100. */
export function countUnread({ entries, reads, user }: LogState): number {
  const unread = entries.filter(
    (entry) =>
      entry.seq > reads.mine.seq &&
      entry.kind === 'message' &&
      entry.sender_id !== user &&
      entry.deleted_at === undefined,
  )
  return Math.min(MAX_UNREAD, unread.length)
}
