import { notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { ConversationHead, Entry, Participant } from '../../model.ts'
import type { ConversationDeps, Deps } from '../deps.ts'
import { passedOthers, sentByOthers } from '../entries/message.ts'
import { deletedUpTo, timeAfter } from '../entries/next-entry.ts'
import { firstSeqOf, withCurrentStart } from '../entries/retention.ts'

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
 * Moves a user's read cursor forward to `seq`, or to the end of the log if `seq` is absent or beyond it. If the cursor
 * is already there or further, it stays. If `seq` is before the start of the log, the cursor moves to the start. Costs
 * one write, regardless of the number of messages.
 */
export async function moveReadCursor(
  deps: ConversationDeps,
  before: ConversationHead,
  user: string,
  seq = Number.MAX_SAFE_INTEGER,
): Promise<ReadState> {
  const own = before.participants.get(user)
  if (!own) throw notFound('conversation')
  const head = await withCurrentStart(deps, before)
  const named = Math.min(seq, head.last?.seq ?? 0)
  if (named <= own.readSeq) return await unmovedState(deps, head, own)

  const firstSeq = firstSeqOf(head)
  const target = Math.max(named, firstSeq - 1)
  const entry = await entryAt(deps, head, target)
  const readAt = new Date(timeAfter(head, deps.now())).toISOString()
  const readOthers = passedOthers({ user, readOthers: sentByOthers(user, entry) ?? 0 }, head.start)
  const moved = { readSeq: target, readOthers, readAt }
  let earlier = await deps.conversations.markRead(head.id, user, moved)
  if (!earlier) {
    const current = await deps.conversations.participant(head.id, user)
    if (!current) throw notFound('conversation')
    // Another device has moved the cursor since the head was read. But if the stored cursor is ours, only the answer to
    // our write was lost.
    if (current.readSeq !== target || current.readAt !== readAt) {
      return await unmovedState(deps, head, current)
    }
    earlier = own
  }
  const [markedRead, state] = await Promise.all([
    countOthers(deps, head, earlier, entry),
    unmovedState(deps, head, { ...own, ...moved }),
  ])
  return { ...state, marked_read: markedRead, movedAt: readAt }
}

/** The entry at a read cursor; undefined if it has expired. */
async function entryAt(
  { log }: Pick<Deps, 'log'>,
  head: ConversationHead,
  seq: number,
): Promise<Entry | undefined> {
  if (seq < firstSeqOf(head)) return undefined
  return seq === head.last?.seq ? head.last : await log.entry(head.id, seq)
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
 * The number of visible messages by others after a read cursor, up to and including an entry, without deleted ones. The
 * counts in the entries include deleted messages, so this reads the log up to the newest deleted message. In groups
 * that are too large to count, it reads the log up to the entry, and the result is at most 100.
 */
async function countOthers(
  { log }: Pick<Deps, 'log'>,
  head: ConversationHead,
  own: Participant,
  until: Entry | undefined,
): Promise<number> {
  const { id, last, start } = head
  const { user } = own
  const readSeq = Math.max(own.readSeq, firstSeqOf(head) - 1)
  const total = sentByOthers(user, until)
  const untilSeq = until?.seq ?? 0
  const lastToRead = total === undefined ? untilSeq : Math.min(untilSeq, deletedUpTo(last))
  const end = Math.min(lastToRead, readSeq + MAX_ENTRIES_READ)
  let [from, passed, count] = [readSeq, passedOthers(own, start), 0]
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
