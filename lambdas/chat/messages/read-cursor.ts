import { notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { ConversationHead, Entry, Participant } from '../../model.ts'
import type { ConversationDeps, Deps } from '../deps.ts'
import { sentByOthers } from '../entries/message.ts'
import { deletedUpTo, timeAfter } from '../entries/next-entry.ts'

/** A participant's read cursor and what remains unread. */
export interface ReadState {
  readonly last_read_seq: number
  /** The number of messages by others that became read. */
  readonly marked_read: number
  readonly unread_count: number
  /** When the cursor moved, ISO 8601; absent if it did not. */
  readonly movedAt?: string
}

/**
 * Moves a user's read cursor forward to `seq`, or to the end of the log if `seq` is absent or beyond it. A
 * lower `seq` returns the current cursor. Costs one write, regardless of the number of messages.
 */
export async function moveReadCursor(
  deps: ConversationDeps,
  head: ConversationHead,
  user: string,
  seq = Number.MAX_SAFE_INTEGER,
): Promise<ReadState> {
  const own = head.participants.get(user)
  if (!own) throw notFound('conversation')
  const target = Math.min(seq, head.last?.seq ?? 0)
  if (target <= own.readSeq) return await unmovedState(deps, head, own)

  const entry = target === head.last?.seq ? head.last : await deps.log.entry(head.id, target)
  const readAt = new Date(timeAfter(head, deps.now())).toISOString()
  const moved = { readSeq: target, readOthers: sentByOthers(user, entry) ?? 0, readAt }
  let before = await deps.conversations.markRead(head.id, user, moved)
  if (!before) {
    const current = await deps.conversations.participant(head.id, user)
    if (!current) throw notFound('conversation')
    // Another device has moved it since the head was read, unless this is our own write, whose answer was lost.
    if (current.readSeq !== target || current.readAt !== readAt) {
      return await unmovedState(deps, head, current)
    }
    before = own
  }
  const [markedRead, state] = await Promise.all([
    countOthers(deps, head, before, entry),
    unmovedState(deps, head, { ...own, ...moved }),
  ])
  return { ...state, marked_read: markedRead, movedAt: readAt }
}

async function unmovedState(
  deps: ConversationDeps,
  head: ConversationHead,
  own: Participant,
): Promise<ReadState> {
  return { last_read_seq: own.readSeq, marked_read: 0, unread_count: await unreadOf(deps, head, own) }
}

/** A participant's unread messages, at most 100, without deleted ones. */
export async function unreadOf(
  deps: Pick<Deps, 'log'>,
  head: ConversationHead,
  own: Participant,
): Promise<number> {
  return Math.min(limits.unreadCount, await countOthers(deps, head, own, head.last))
}

/** The most entries that a count reads, so that the cost of a list does not depend on the length of its logs. */
const MAX_ENTRIES_READ = 2 * limits.pageMessages

/**
 * The messages by others after a read cursor, up to and including an entry, without deleted ones. The counts in the
 * entries include deleted messages, so this reads the log up to the newest deleted message. In groups that are too
 * large to count, it reads the log up to the entry, and the result is at most 100.
 */
async function countOthers(
  { log }: Pick<Deps, 'log'>,
  { id, last }: ConversationHead,
  { user, readSeq, readOthers }: Participant,
  until: Entry | undefined,
): Promise<number> {
  const total = sentByOthers(user, until)
  const untilSeq = until?.seq ?? 0
  const lastToRead = total === undefined ? untilSeq : Math.min(untilSeq, deletedUpTo(last))
  const end = Math.min(lastToRead, readSeq + MAX_ENTRIES_READ)
  let [from, passed, count] = [readSeq, readOthers, 0]
  while (from < end && count < limits.unreadCount) {
    const entries = await log.after(id, from, Math.min(limits.pageMessages, end - from))
    const newest = entries.at(-1)
    if (!newest) break
    from = newest.seq
    passed = sentByOthers(user, newest) ?? passed
    count += entries.filter((entry) => isMessageOfOthers(entry, user)).length
  }
  if (total === undefined) return Math.min(limits.unreadCount, count)
  return count + Math.max(0, total - passed)
}

const isMessageOfOthers = (entry: Entry, user: string) =>
  entry.kind === 'message' && entry.sender !== user && entry.deletedAt === undefined
