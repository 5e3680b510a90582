import { isSame } from '../readable.ts'
import type { LogState } from '../shared.ts'
import type { Entry } from '../types.ts'
import type { LogEntry, MessageUpdate } from '../wire.ts'

/*
 * Entries arrive in pages and pushes, in any order and any number of times. Every version of an entry comes with a
 * `seq` up to which it includes all changes: the `seq` of the push, or the `last_seq` of the page. The log keeps the
 * version for which that `seq` is highest. So neither the order of arrival nor the times of edits matter.
 */

/** An entry from a page or a push. If it comes from the push of a change, it has only these fields. */
export type Incoming = LogEntry | Pick<MessageUpdate, 'kind' | 'seq' | 'message'>

/** Changes of messages are applied instead of being listed, and unknown kinds are left out. */
const LISTED = new Set(['message', 'participant_joined', 'participant_left', 'owner_changed'])

export interface Known {
  readonly entry: Incoming
  /** The entry includes all changes up to this `seq`. */
  readonly upTo: number
}

/** The log of a conversation of which nothing is known. `user` is the reader. */
export const emptyLog = (user?: string): LogState =>
  startAfter({ user, start: 1, head: 0, myCursor: 0, othersCursor: 0 } as LogState, 0)

/** An empty log that goes on after this `seq`. */
export const startAfter = (log: LogState, seq: number): LogState => ({
  ...log,
  known: new Map(),
  entries: [],
  first: seq + 1,
  last: seq,
  since: seq,
})

/** Forgets what is older than the first `seq` that the server still has, and goes on there. */
export function forgetBefore(log: LogState, start = 1): LogState {
  if (start <= log.start) return log
  return {
    ...log,
    start,
    known: new Map([...log.known].filter(([seq]) => seq >= start)),
    entries: log.entries.filter((entry) => entry.seq >= start),
    first: Math.max(log.first, start),
    last: Math.max(log.last, start - 1),
    head: Math.max(log.head, start - 1),
  }
}

/**
 * Adds entries.
 *
 * @param pageUpTo the `seq` up to which a page includes all changes; 0 for pushes
 */
export function insert(log: LogState, incoming: readonly Incoming[], pageUpTo = 0): LogState {
  const { known } = log
  const changed: number[] = []
  let { othersCursor } = log
  let head = Math.max(log.head, pageUpTo)

  function add(entry: Incoming | undefined, upTo: number): void {
    if (!entry?.seq || entry.seq < log.start) return
    const { seq } = entry
    head = Math.max(head, seq)
    // A participant who has read a message has read everything before it.
    if (entry.kind === 'message' && entry.is_read && entry.sender_id === log.user)
      othersCursor = Math.max(othersCursor, seq)
    if (upTo < log.since || upTo <= (known.get(seq)?.upTo ?? 0)) return
    known.set(seq, { entry, upTo })
    changed.push(seq)
  }

  // The changes in a page go first, because the page itself can contain earlier versions of their messages.
  for (const entry of [...incoming].reverse()) {
    if (!entry?.seq) continue
    const upTo = Math.max(pageUpTo, entry.seq)
    if (entry.kind === 'message_updated') add(entry.message, upTo)
    add(entry, upTo)
  }
  return settle(log, { head, othersCursor }, changed)
}

/** Moves a read cursor forward. */
export function moveCursor(
  log: LogState,
  cursor: 'myCursor' | 'othersCursor',
  seq = 0,
  readAt?: string,
): LogState {
  return seq > log[cursor] ? settle(log, { [cursor]: seq }, [], readAt) : log
}

/**
 * Marks what is read, and shows what follows without a gap.
 *
 * @param changed the `seq` of each entry that has a new version
 */
function settle(before: LogState, change: Partial<LogState>, changed: number[], readAt?: string): LogState {
  const log = { ...before, ...change }
  const { known, user, myCursor, othersCursor } = log

  function mark(seq: number): void {
    const version = known.get(seq)
    if (version?.entry.kind !== 'message' || version.entry.is_read) return
    const { entry, upTo } = version
    if (seq > (entry.sender_id === user ? othersCursor : myCursor)) return
    known.set(seq, { entry: { ...entry, is_read: true, ...(readAt && { read_at: readAt }) }, upTo })
    changed.push(seq)
  }

  for (const seq of [...changed]) mark(seq)
  for (const cursor of ['myCursor', 'othersCursor'] as const)
    for (let seq = before[cursor] + 1; seq <= Math.min(log[cursor], log.head); seq++) mark(seq)
  let { first, last } = log
  while (known.has(last + 1)) last++
  while (known.has(first - 1)) first--
  // Entries before the first change are not built again, because a log can have 10,000 entries.
  const start = first < log.first ? first : Math.max(first, Math.min(log.last + 1, ...changed))
  const entries = log.entries.slice(0, log.entries.findLastIndex((entry) => entry.seq < start) + 1)
  for (let seq = start; seq <= last; seq++) {
    const entry = known.get(seq)?.entry
    if (entry && LISTED.has(entry.kind)) entries.push(entry as Entry)
  }
  return { ...log, first, last, entries: isSame(entries, log.entries) ? log.entries : entries }
}
