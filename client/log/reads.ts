import type { Entry } from '../types.ts'
import type { Message } from '../wire.ts'
import { type Incoming, indexOfSeq, messageOf } from './entries.ts'

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

export const unread: Reads = { mine: { seq: 0 }, others: { seq: 0 } }

type User = string | undefined

const cursorFor = (reads: Reads, user: User, { sender_id }: Message) =>
  sender_id === user ? reads.others : reads.mine

/** The message, marked as read if a cursor has reached it. */
export function withRead(message: Message, reads: Reads, user: User): Message {
  const { seq, at } = cursorFor(reads, user, message)
  if (message.is_read || seq < message.seq) return message
  return { ...message, is_read: true, ...(at === undefined ? {} : { read_at: at }) }
}

/** Marks the messages after `after` and up to `upTo` that a cursor has reached. */
export function markRead(
  entries: readonly Entry[],
  after: number,
  upTo: number,
  reads: Reads,
  user: User,
): readonly Entry[] {
  let marked: Entry[] | undefined
  const end = indexOfSeq(entries, upTo + 1)
  for (let i = indexOfSeq(entries, after + 1); i < end; i++) {
    const entry = entries[i]
    if (entry?.kind !== 'message') continue
    const read = withRead(entry, reads, user)
    if (read === entry) continue
    marked ??= entries.slice()
    marked[i] = read
  }
  return marked ?? entries
}

/**
 * The cursors that entries reveal. A message that is read was reached by the cursor, and so was everything before it.
 */
export function revealedBy(incoming: readonly Incoming[], reads: Reads, user: User): Reads {
  if (user === undefined) return reads
  for (const entry of incoming) {
    const message = messageOf(entry)
    if (!message?.is_read) continue
    const side = message.sender_id === user ? 'others' : 'mine'
    const { seq, read_at: at } = message
    if (seq > reads[side].seq) reads = { ...reads, [side]: { seq, at } }
  }
  return reads
}

const MAX_UNREAD = 100

/** The unread messages of others, at most 100. */
export function countUnread(entries: readonly Entry[], { mine }: Reads, user: User): number {
  let count = 0
  for (let i = entries.length - 1; i >= 0 && count < MAX_UNREAD; i--) {
    const entry = entries[i]
    if (!entry || entry.seq <= mine.seq) break
    if (entry.kind === 'message' && entry.sender_id !== user && entry.deleted_at === undefined) count++
  }
  return count
}

/** The user's newest message up to this `seq` that others have not all read. */
export function newestUnreadOwn(entries: readonly Entry[], user: User, upTo: number): Message | undefined {
  return entries.findLast(
    (entry): entry is Message =>
      entry.seq <= upTo && entry.kind === 'message' && entry.sender_id === user && !entry.is_read,
  )
}
