import { notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { ConversationHead, Participant } from '../../stores/conversations.ts'
import type { Entry } from '../../stores/log.ts'
import type { Deps } from '../deps.ts'
import { sentByOthers, unreadCount } from '../entries/message.ts'

type Needs = Pick<Deps, 'conversations' | 'log' | 'now'>

/** What a participant has read, and what that leaves. */
export interface ReadState {
  readonly last_read_seq: number
  /** How many messages of others became read. */
  readonly marked_read: number
  readonly unread_count: number
  /** When the cursor moved, ISO 8601; absent if it did not. */
  readonly movedAt?: string
}

/**
 * Moves a user's read cursor to `seq`, to the end of the log if that is absent or beyond, and never back. One write,
 * whatever the number of messages.
 */
export async function markRead(
  deps: Needs,
  head: ConversationHead,
  user: string,
  seq = Number.MAX_SAFE_INTEGER,
): Promise<ReadState> {
  const own = head.participants.get(user)
  if (!own) throw notFound('conversation')
  const target = Math.min(seq, head.last?.seq ?? 0)
  if (target <= own.readSeq) return await stateOf(deps, head, own)

  const entry = target === head.last?.seq ? head.last : await deps.log.entry(head.id, target)
  const readAt = new Date(deps.now()).toISOString()
  const moved = { readSeq: target, readOthers: sentByOthers(user, entry) ?? 0, readAt }
  let was = await deps.conversations.markRead(head.id, user, moved)
  if (!was) {
    const now = await deps.conversations.participant(head.id, user)
    if (!now) throw notFound('conversation')
    // Another device has moved it since the head was read, unless this is our own write, whose answer was lost.
    if (now.readSeq !== target || now.readAt !== readAt) return await stateOf(deps, head, now)
    was = own
  }
  const [before, state] = await Promise.all([
    othersBetween(deps, head, was, target, entry),
    stateOf(deps, head, { ...own, ...moved }),
  ])
  return { ...state, marked_read: before, movedAt: readAt }
}

async function stateOf(deps: Needs, head: ConversationHead, own: Participant): Promise<ReadState> {
  return { last_read_seq: own.readSeq, marked_read: 0, unread_count: await unreadOf(deps, head, own) }
}

/** The messages that a participant has not read, at most 100. In groups that are not counted the log is read. */
export async function unreadOf(
  deps: Pick<Deps, 'log'>,
  head: ConversationHead,
  own: Participant,
): Promise<number> {
  const { last } = head
  return unreadCount(own, last) ?? (await countOthers(deps, head.id, own, last?.seq ?? 0))
}

/** How many messages of others a cursor passes on its way to an entry; where that is not counted, at most 100. */
async function othersBetween(
  deps: Needs,
  { id }: ConversationHead,
  own: Participant,
  target: number,
  entry: Entry | undefined,
): Promise<number> {
  const others = sentByOthers(own.user, entry)
  return others === undefined
    ? await countOthers(deps, id, own, target)
    : Math.max(0, others - own.readOthers)
}

/** So many entries are looked through at most where messages are not counted: a list must not cost what its logs hold. */
const ENTRIES_COUNTED = 2 * limits.pageMessages

async function countOthers(
  { log }: Pick<Deps, 'log'>,
  conversation: string,
  { user, readSeq }: Participant,
  until: number,
): Promise<number> {
  let count = 0
  const end = Math.min(until, readSeq + ENTRIES_COUNTED)
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
