import { limits, type Rate } from '../../../protocol/limits.ts'
import type { ConversationHead } from '../../stores/conversations.ts'
import type { Entry, MessageEntry, ParticipantEntry, UpdateEntry } from '../../stores/log.ts'
import { nextArrival, rateLimited } from '../rates.ts'

/** When and how an entry comes to follow the head. */
export interface Stamp {
  /** Epoch milliseconds. */
  readonly now: number
  /** 22 characters that nobody can guess. */
  readonly random: string
  /** The pace at which one sender may write here. */
  readonly rate: Rate
  readonly turn?: number | undefined
}

/** What one kind of entry says beyond where and when it stands. */
type Said<E extends Entry> = Pick<E, 'kind' | 'sender'> &
  Omit<E, 'id' | 'seq' | 'createdAt' | 'sent' | 'paid' | 'turn' | 'messageSeq' | 'changeSeq'>

export type NewEntry = Said<MessageEntry> | Said<UpdateEntry> | Said<ParticipantEntry>

/** An entry in its place. */
export type PlacedEntry<S extends NewEntry> = S &
  Pick<Entry, 'id' | 'seq' | 'createdAt' | 'sent' | 'paid' | 'turn' | 'messageSeq' | 'changeSeq'>

/** The entry that would follow the head. Its id holds its place, so that an id alone finds its message. */
export function nextEntry<S extends NewEntry>(head: ConversationHead, said: S, stamp: Stamp): PlacedEntry<S> {
  const { now, random, turn } = stamp
  const { last } = head
  const seq = (last?.seq ?? 0) + 1
  const at = new Date(now).toISOString()
  const previous = last?.createdAt ?? ''
  const served = Math.max(turn ?? 0, last?.turn ?? 0)
  const sent = countSent(head, said)
  const paid = isChange(said.kind) ? last?.paid : payFor(last, said.sender, now, stamp.rate)
  const messageSeq = said.kind === 'message' ? undefined : newestMessage(last)
  const changeSeq = isChange(said.kind) ? seq : last?.changeSeq
  return {
    ...said,
    id: `${seq}-${random}`,
    seq,
    createdAt: at > previous ? at : previous,
    ...(sent === undefined ? {} : { sent }),
    ...(paid === undefined ? {} : { paid }),
    ...(served > 0 ? { turn: served } : {}),
    ...(messageSeq === undefined ? {} : { messageSeq }),
    ...(changeSeq === undefined ? {} : { changeSeq }),
  }
}

const isChange = (kind: Entry['kind']) => kind === 'participant_joined' || kind === 'participant_left'

/** Where the newest message of a log stands, which the newest entry knows. */
export const newestMessage = (last: Entry | undefined): number | undefined =>
  last?.kind === 'message' ? last.seq : last?.messageSeq

/** Throws `rate_limited` for a sender who is too far ahead of the clock; forgets those who are not ahead at all. */
function payFor(last: Entry | undefined, sender: string, now: number, rate: Rate): Record<string, number> {
  const paid = new Map(Object.entries(last?.paid ?? {}).filter(([, until]) => until > now))
  const next = nextArrival(rate, paid.get(sender), now)
  if ('waitMs' in next) throw rateLimited('messages', next.waitMs)
  return Object.fromEntries(paid.set(sender, Math.ceil(next.arrival)))
}

/** Not kept for large groups; and once it was not kept, nothing exact can be made of it any more. */
function countSent(
  { last, participants }: ConversationHead,
  { kind, sender }: NewEntry,
): Record<string, number> | undefined {
  if (participants.size > limits.unreadParticipants || (last && !last.sent)) return undefined
  const sent = new Map([...participants.keys()].map((user) => [user, 0]))
  for (const [user, count] of Object.entries(last?.sent ?? {})) sent.set(user, count)
  // Those who have left are counted too; an entry must not grow with everybody who ever came.
  if (sent.size > limits.groupParticipants) return undefined
  if (kind === 'message' && participants.has(sender)) sent.set(sender, (sent.get(sender) ?? 0) + 1)
  return Object.fromEntries(sent)
}
