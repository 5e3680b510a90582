import { isSame } from '../readable.ts'
import type { LogState } from '../shared.ts'
import type { Entry } from '../types.ts'
import type { LogEntry, MessageUpdate } from '../wire.ts'

/*
 * Entries arrive in pages and pushes, in any order and any number of times. Every version of an entry comes with a
 * `seq` up to which it includes all changes, and the log keeps the version for which that `seq` is highest. For a push it
 * is the `seq` of the push, for a page its `last_seq`. So neither the order of arrival nor the times of edits matter.
 */

/** An entry from a page or a push. A push of a change has no more than these fields. */
export type Incoming = LogEntry | Pick<MessageUpdate, 'kind' | 'seq' | 'message'>

/** Changes of messages are applied instead of being listed, and unknown kinds are left out. */
const LISTED = /^(message|participant_joined|participant_left|owner_changed)$/

export interface Known {
  readonly entry: Incoming
  /** The entry includes all changes up to this `seq`. */
  readonly upTo: number
}

export const emptyLog: LogState = {
  known: new Map(),
  entries: [],
  first: 1,
  last: 0,
  head: 0,
  since: 0,
  myCursor: 0,
  othersCursor: 0,
}

/** An empty log that goes on after this `seq`. */
export const startAfter = (log: LogState, seq: number): LogState => ({
  ...log,
  known: new Map(),
  entries: [],
  first: seq + 1,
  last: seq,
  since: seq,
})

/**
 * Adds entries.
 *
 * @param pageUpTo the `seq` up to which a page includes all changes; 0 for pushes
 */
export function insert(log: LogState, incoming: readonly Incoming[], pageUpTo = 0): LogState {
  const known = new Map(log.known)
  let { othersCursor } = log
  let head = Math.max(log.head, pageUpTo)

  function add(entry: Incoming, upTo: number): void {
    if (!entry?.seq) return
    const { seq } = entry
    head = Math.max(head, seq)
    // A participant who has read a message has read everything before it.
    if (entry.kind === 'message' && entry.is_read && entry.sender_id === log.user)
      othersCursor = Math.max(othersCursor, seq)
    if (upTo >= log.since && upTo > (known.get(seq)?.upTo ?? 0)) known.set(seq, { entry, upTo })
  }

  // The changes in a page go first, because the page itself can contain earlier versions of their messages.
  for (const entry of [...incoming].reverse()) {
    if (!entry?.seq) continue
    const upTo = Math.max(pageUpTo, entry.seq)
    if (entry.kind === 'message_updated') add(entry.message, upTo)
    add(entry, upTo)
  }
  return settle({ ...log, head, othersCursor }, known)
}

/** Moves a read cursor forward. */
export function moveCursor(
  log: LogState,
  cursor: 'myCursor' | 'othersCursor',
  seq = 0,
  readAt?: string,
): LogState {
  return seq > log[cursor] ? settle({ ...log, [cursor]: seq }, new Map(log.known), readAt) : log
}

/** Shows what follows without a gap, and marks what is read. */
function settle(log: LogState, known: Map<number, Known>, readAt?: string): LogState {
  let { first, last } = log
  while (known.has(last + 1)) last++
  while (known.has(first - 1)) first--
  for (const [seq, { entry, upTo }] of known) {
    if (entry.kind !== 'message' || entry.is_read) continue
    if (seq <= (entry.sender_id === log.user ? log.othersCursor : log.myCursor))
      known.set(seq, { entry: { ...entry, is_read: true, ...(readAt && { read_at: readAt }) }, upTo })
  }
  const entries = [...known.values()]
    .map(({ entry }) => entry)
    .filter((entry): entry is Entry => entry.seq >= first && entry.seq <= last && LISTED.test(entry.kind))
    .sort((a, b) => a.seq - b.seq)
  return { ...log, known, first, last, entries: isSame(entries, log.entries) ? log.entries : entries }
}
