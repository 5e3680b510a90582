import { notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { ConversationHead, Entry, Participant } from '../../model.ts'
import type { ConversationDeps, Deps } from '../deps.ts'
import { sentByOthers, unreadCount } from '../entries/message.ts'

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
  const readAt = new Date(deps.now()).toISOString()
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
    countPassed(deps, head, before, target, entry),
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

/** A participant's unread messages, at most 100. In groups that are too large to count, it reads the log. */
export async function unreadOf(
  deps: Pick<Deps, 'log'>,
  head: ConversationHead,
  own: Participant,
): Promise<number> {
  const { last } = head
  return unreadCount(own, last) ?? (await countInLog(deps, head.id, own, last?.seq ?? 0))
}

/** The number of messages by others that a cursor passes on its way to an entry; at most 100 if the log is read. */
async function countPassed(
  deps: ConversationDeps,
  { id }: ConversationHead,
  own: Participant,
  target: number,
  entry: Entry | undefined,
): Promise<number> {
  const others = sentByOthers(own.user, entry)
  return others === undefined ? await countInLog(deps, id, own, target) : Math.max(0, others - own.readOthers)
}

/** The most entries that a count reads, so that the cost of a list does not depend on the length of its logs. */
const MAX_ENTRIES_READ = 2 * limits.pageMessages

async function countInLog(
  { log }: Pick<Deps, 'log'>,
  conversation: string,
  { user, readSeq }: Participant,
  until: number,
): Promise<number> {
  let count = 0
  const end = Math.min(until, readSeq + MAX_ENTRIES_READ)
  for (let from = readSeq; from < end && count < limits.unreadCount; ) {
    const entries = await log.after(conversation, from, limits.pageMessages)
    const others = entries.filter(
      ({ kind, sender, seq }) => kind === 'message' && sender !== user && seq <= end,
    )
    count += others.length
    from = entries.at(-1)?.seq ?? end
  }
  return Math.min(limits.unreadCount, count)
}
