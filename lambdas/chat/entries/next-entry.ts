import { limits, type Rate } from '../../../protocol/limits.ts'
import type { ConversationHead, Entry, MessageEntry, ParticipantEntry, UpdateEntry } from '../../model.ts'
import { nextArrival, rateLimited } from '../rates.ts'

/** An entry records at most this many other senders who are ahead of the rate. */
const OTHERS_AHEAD = 10

/** The values that one attempt to write an entry adds to that entry. */
export interface Stamp {
  /** Epoch milliseconds. */
  readonly now: number
  /** 22 unguessable characters. */
  readonly random: string
  /** The rate of messages that one sender may write to a conversation. */
  readonly rate: Rate
  readonly turn?: number | undefined
}

/** The fields that depend on the slot of an entry. */
type SlotFields =
  | 'id'
  | 'seq'
  | 'createdAt'
  | 'sent'
  | 'paid'
  | 'turn'
  | 'messageSeq'
  | 'changeSeq'
  | 'deletedSeq'

type WithoutSlot<E extends Entry> = Pick<E, 'kind' | 'sender'> & Omit<E, SlotFields>

/** An entry before it has a slot. */
export type NewEntry = WithoutSlot<MessageEntry> | WithoutSlot<UpdateEntry> | WithoutSlot<ParticipantEntry>

/** An entry with the slot that it claims. */
export type PlacedEntry<E extends NewEntry> = E & Pick<Entry, SlotFields>

/** The entry that would follow the head. Its id contains its `seq`, so that an id is enough to find a message. */
export function nextEntry<E extends NewEntry>(
  head: ConversationHead,
  newEntry: E,
  stamp: Stamp,
): PlacedEntry<E> {
  const { random, turn } = stamp
  const { last } = head
  const now = timeAfter(head, stamp.now)
  const { kind, sender } = newEntry
  const seq = (last?.seq ?? 0) + 1
  const isChange = isChangeOfMembers(kind)
  return {
    ...newEntry,
    id: `${seq}-${random}`,
    seq,
    createdAt: new Date(now).toISOString(),
    sent: countSent(head, newEntry),
    paid: isChange ? last?.paid : payFor(last, sender, now, stamp.rate),
    turn: Math.max(turn ?? 0, last?.turn ?? 0) || undefined,
    messageSeq: kind === 'message' ? undefined : newestMessageSeq(last),
    changeSeq: isChange ? seq : last?.changeSeq,
    deletedSeq: Math.max(deletedUpTo(last), deletedBy(newEntry)),
  }
}

/** Throws `rate_limited` if the sender is too far ahead of the rate to write this entry now. */
export function checkRate(head: ConversationHead, { kind, sender }: NewEntry, now: number, rate: Rate) {
  if (!isChangeOfMembers(kind)) payFor(head.last, sender, timeAfter(head, now), rate)
}

export const isChangeOfMembers = (kind: Entry['kind']) => kind !== 'message' && kind !== 'message_updated'

/**
 * The time of an entry that follows the head, epoch milliseconds. It never goes back, although the clocks of the
 * functions differ: a rate that compared two clocks would refuse messages that are within the rate.
 */
export const timeAfter = ({ last, createdAt }: ConversationHead, now: number): number =>
  Math.max(now, Date.parse(last?.createdAt ?? createdAt) || 0)

/** The `seq` of the message that an entry deletes; 0 if it deletes none. */
const deletedBy = (entry: NewEntry) =>
  entry.kind === 'message_updated' && entry.deletion ? entry.targetSeq : 0

/**
 * The `seq` after which no message of a log is deleted, from its newest entry. An entry of an older version does not
 * record this: then any message up to that entry may be deleted.
 */
export const deletedUpTo = (last: Entry | undefined): number => last?.deletedSeq ?? last?.seq ?? 0

/** The `seq` of the newest message of a log, from the log's newest entry. */
export const newestMessageSeq = (last: Entry | undefined): number | undefined =>
  last?.kind === 'message' ? last.seq : last?.messageSeq

/**
 * The senders who are ahead of the rate once this entry is written: its sender, and those of the others who are
 * furthest ahead, because each one makes the entry larger. The rest are still limited over all conversations
 * (message-rate.ts). Throws `rate_limited` if the sender is too far ahead.
 */
function payFor(last: Entry | undefined, sender: string, now: number, rate: Rate): Map<string, number> {
  const { paid = new Map<string, number>() } = last ?? {}
  const next = nextArrival(rate, paid.get(sender), now)
  if ('waitMs' in next) throw rateLimited('messages', next.waitMs)
  const others = [...paid].filter(([user, until]) => user !== sender && until > now)
  const furthest = others.toSorted(([, one], [, other]) => other - one).slice(0, OTHERS_AHEAD)
  return new Map([...furthest, [sender, Math.ceil(next.arrival)]])
}

/**
 * The messages of each user up to the new entry. Undefined once a group has been large, even if it shrinks: the counts
 * would no longer be exact.
 */
function countSent(
  { last, participants }: ConversationHead,
  { kind, sender }: NewEntry,
): ReadonlyMap<string, number> | undefined {
  if (participants.size > limits.unreadParticipants || (last && !last.sent)) return undefined
  const sent = new Map([...participants.keys()].map((user) => [user, 0]))
  for (const [user, count] of last?.sent ?? []) sent.set(user, count)
  // Past participants are counted too, and their number must not make entries grow without bound.
  if (sent.size > limits.groupParticipants) return undefined
  if (kind === 'message' && participants.has(sender)) sent.set(sender, (sent.get(sender) ?? 0) + 1)
  return sent
}
