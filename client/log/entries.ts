import type { Entry } from '../types.ts'
import type { LogEntry, Message, MessageUpdate } from '../wire.ts'

/** A change of a message. A push has no more than these fields. */
export type Change = Pick<MessageUpdate, 'kind' | 'seq' | 'message'>
/** An entry from a page or a push. */
export type Incoming = LogEntry | Change

/** Whether a log shows the entry. Changes of messages are applied instead, and unknown kinds are left out. */
export const isListed = (entry: Incoming): entry is Entry =>
  ['message', 'participant_joined', 'participant_left', 'owner_changed'].includes(entry.kind)

/** The message that an entry contains. */
export const messageOf = (entry: Incoming): Message | undefined =>
  entry.kind === 'message' ? entry : entry.kind === 'message_updated' ? entry.message : undefined

export const isChanged = ({ edited_at, deleted_at }: Message) => !!(edited_at ?? deleted_at)

/** Whether a message is an earlier version than another one of the same `seq`. */
export function isOlder(a: Message, b: Message): boolean {
  const [deletedA = '', deletedB = ''] = [a.deleted_at, b.deleted_at]
  return deletedA === deletedB ? (a.edited_at ?? '') < (b.edited_at ?? '') : deletedA < deletedB
}

/** Where in `entries` the first one is whose `seq` is at least this. */
export function indexOfSeq(entries: readonly Entry[], seq: number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle] as Entry).seq < seq) low = middle + 1
    else high = middle
  }
  return low
}
