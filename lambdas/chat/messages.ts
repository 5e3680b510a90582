import { createHash } from 'node:crypto'
import { canonicalJson, type JsonObject } from '../../protocol/json.ts'
import { limits, type Rate } from '../../protocol/limits.ts'
import type { Message } from '../../protocol/model.ts'
import type { ConversationHead, Participant } from '../stores/conversations.ts'
import type { Entry } from '../stores/log.ts'
import { nextArrival, rateLimited } from './rates.ts'

/** What a sender asks to be stored. */
export interface Draft {
  readonly sender: string
  readonly content: string
  readonly metadata?: JsonObject
  readonly clientMessageId?: string
}

/** The entry that would follow the head. Its id holds its place, so that an id alone finds its message. */
export function nextEntry(
  head: ConversationHead,
  draft: Draft,
  stamp: {
    /** Epoch milliseconds. */
    readonly now: number
    /** 22 characters that nobody can guess. */
    readonly random: string
    readonly rate: Rate
    readonly turn?: number | undefined
  },
): Entry {
  const { now, random, turn } = stamp
  const seq = (head.last?.seq ?? 0) + 1
  const at = new Date(now).toISOString()
  const previous = head.last?.createdAt ?? ''
  const served = Math.max(turn ?? 0, head.last?.turn ?? 0)
  return {
    kind: 'message',
    id: `${seq}-${random}`,
    seq,
    sender: draft.sender,
    content: draft.content,
    ...(draft.metadata === undefined ? {} : { metadata: JSON.stringify(draft.metadata) }),
    ...(draft.clientMessageId === undefined ? {} : { clientMessageId: draft.clientMessageId }),
    createdAt: at > previous ? at : previous,
    paid: payFor(head, draft.sender, now, stamp.rate),
    ...(served > 0 ? { turn: served } : {}),
    ...(head.participants.size > limits.unreadParticipants ? {} : { sent: countSent(head, draft.sender) }),
  }
}

/** Throws `rate_limited` for a sender who is too far ahead of the clock; forgets those who are not ahead at all. */
function payFor({ last }: ConversationHead, sender: string, now: number, rate: Rate): Record<string, number> {
  const paid = new Map(Object.entries(last?.paid ?? {}).filter(([, until]) => until > now))
  const next = nextArrival(rate, paid.get(sender), now)
  if ('waitMs' in next) throw rateLimited('messages', next.waitMs)
  return Object.fromEntries(paid.set(sender, Math.ceil(next.arrival)))
}

function countSent({ last, participants }: ConversationHead, sender: string): Record<string, number> {
  const before = new Map(Object.entries(last?.sent ?? {}))
  return Object.fromEntries(
    [...participants.keys()].map((user) => [user, (before.get(user) ?? 0) + (user === sender ? 1 : 0)]),
  )
}

/** The place that a message id names, if it can be one of ours. */
export function seqOfMessageId(id: unknown): number | undefined {
  const [, digits] = (typeof id === 'string' && /^([1-9]\d{0,11})-[A-Za-z0-9_-]{22}$/.exec(id)) || []
  return digits === undefined ? undefined : Number(digits)
}

/** Equal for equal content and metadata, whatever the order of the metadata's keys. */
export const draftHash = ({ content, metadata }: Pick<Draft, 'content' | 'metadata'>) =>
  createHash('sha256')
    .update(canonicalJson([content, metadata ?? null]))
    .digest('base64url')

/** The messages that a participant has not read, at most 100; undefined where that is not counted. */
export function unreadCount(participant: Participant, last: Entry | undefined): number | undefined {
  if (!last) return 0
  if (!last.sent) return undefined
  const others = Object.entries(last.sent).reduce(
    (sum, [user, sent]) => (user === participant.user ? sum : sum + sent),
    0,
  )
  return Math.min(limits.unreadCount, others - participant.readOthers)
}

/** An entry as one reader sees it. */
export function toMessage(
  entry: Entry,
  conversation: string,
  reader: string,
  participants: ReadonlyMap<string, Participant>,
): Message {
  const cursors = [...participants.values()].filter(({ user }) =>
    entry.sender === reader ? user !== reader : user === reader,
  )
  const isRead = cursors.length > 0 && cursors.every(({ readSeq }) => readSeq >= entry.seq)
  const readAt = isRead
    ? cursors
        .map((cursor) => cursor.readAt ?? '')
        .sort()
        .at(-1)
    : undefined
  return {
    id: entry.id,
    conversation_id: conversation,
    seq: entry.seq,
    kind: entry.kind,
    sender_id: entry.sender,
    content: entry.content,
    ...(entry.metadata === undefined ? {} : { metadata: JSON.parse(entry.metadata) as JsonObject }),
    ...(entry.clientMessageId === undefined ? {} : { client_message_id: entry.clientMessageId }),
    created_at: entry.createdAt,
    is_read: isRead,
    ...(readAt ? { read_at: readAt } : {}),
  }
}
