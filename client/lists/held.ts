import type { Conversation, Message } from '../wire.ts'
import { addPushed, countUpTo, dropPushed, type Unread, unreadCount } from './unread.ts'

/** A conversation in the list, with what is needed to apply pushes that arrive in any order. */
export interface Held {
  readonly shown: Conversation
  readonly unread: Unread
  /** The `seq` of the newest entry that is included in `last_message`. */
  readonly messageSeq: number
  /** The `seq` up to which the server has listed the participants and the owner. */
  readonly listedSeq: number
  /** The `seq` of the newest change of each participant, and of the owner under `''`, after that. */
  readonly changes: ReadonlyMap<string, number>
}

/** By latest activity, then by id, as on the server. */
export function newestFirst(a: Conversation, b: Conversation): number {
  if (a.updated_at !== b.updated_at) return a.updated_at > b.updated_at ? -1 : 1
  return a.id < b.id ? -1 : Number(a.id > b.id)
}

/** A conversation as the server listed it. An older view than the one that is held changes nothing. */
export function fromServer(fresh: Conversation, held?: Held): Held {
  const { last_seq } = fresh
  if (held && last_seq < held.shown.last_seq) return held
  const unread = countUpTo(last_seq, fresh.unread_count, held?.unread.readSeq)
  const next = { ...fresh, unread_count: unread.counted }
  const isSame = held && JSON.stringify(held.shown) === JSON.stringify(next)
  return {
    shown: isSame ? held.shown : next,
    unread,
    messageSeq: last_seq,
    listedSeq: last_seq,
    changes: new Map(),
  }
}

/** Shows another count if it has changed. */
export function withUnread(held: Held, unread: Unread): Held {
  const unread_count = unreadCount(unread)
  const { shown } = held
  const isSame = unread_count === shown.unread_count
  return { ...held, unread, shown: isSame ? shown : { ...shown, unread_count } }
}

/** The log has an entry with this `seq`, written at this time. */
export function withEntry(held: Held, last_seq: number, updated_at: string): Held {
  const { shown } = held
  return last_seq > shown.last_seq ? { ...held, shown: { ...shown, last_seq, updated_at } } : held
}

/** A message as it is after the entry `seq`. */
export function withMessage(held: Held, message: Message, seq: number, user: string | undefined): Held {
  const { unread, shown, messageSeq } = held
  const counted =
    message.deleted_at !== undefined
      ? dropPushed(unread, message.seq)
      : message.sender_id === user || message.is_read
        ? unread
        : addPushed(unread, message.seq)
  const next = withUnread(held, counted)
  const newest = shown.last_message?.seq ?? 0
  if (message.seq < newest || (message.seq === newest && seq <= messageSeq)) return next
  const last_message = { ...message, timestamp: message.created_at }
  return { ...next, shown: { ...next.shown, last_message }, messageSeq: seq }
}
