import type { Entry } from '../types.ts'
import type { Message } from '../wire.ts'
import { type Change, type Incoming, indexOfSeq } from './entries.ts'
import { type Cursor, markRead, type Reads, revealedBy, unread } from './reads.ts'

/** The part of a conversation's log that is loaded. It never changes: functions return another one. */
export interface LogState {
  /** What is shown, in the order of `seq`. */
  readonly entries: readonly Entry[]
  /** The `seq` of the first entry that has been applied. */
  readonly first: number
  /** The `seq` of the last one: everything from `first` to here has been applied. `first` − 1 if nothing has. */
  readonly last: number
  /** The highest `seq` that is known to exist. */
  readonly head: number
  /** Entries beyond a hole, by `seq`. */
  readonly held: ReadonlyMap<number, Incoming>
  /** Messages in a version whose change has perhaps not been applied yet, by `seq`. */
  readonly ahead: ReadonlyMap<number, Ahead>
  /** The latest change of each message that is not loaded: a page that is on its way may be older. */
  readonly changed: ReadonlyMap<number, Change>
  readonly reads: Reads
}

/** How far ahead of the log a message is. */
export interface Ahead {
  /** The version includes all changes up to here: they do not bring back an older one. */
  readonly upTo: number
  /** The last change that was not applied for that reason. */
  readonly skipped?: Message
}

/** The user's id, if it is known. */
export type User = string | undefined

export const emptyLog: LogState = {
  entries: [],
  first: 1,
  last: 0,
  head: 0,
  held: new Map(),
  ahead: new Map(),
  changed: new Map(),
  reads: unread,
}

export const isEmpty = ({ first, last }: LogState) => last < first

/** An empty log that goes on after this `seq`. */
export const startAfter = ({ head, held, reads }: LogState, seq: number): LogState => ({
  ...emptyLog,
  first: seq + 1,
  last: seq,
  head: Math.max(head, seq),
  held: new Map([...held].filter(([at]) => at > seq)),
  reads,
})

/** Learns that the log goes on to this `seq` at least. */
export const withHead = (log: LogState, seq: number): LogState =>
  seq > log.head ? { ...log, head: seq } : log

export function messageAt(entries: readonly Entry[], seq: number): Message | undefined {
  const entry = entries[indexOfSeq(entries, seq)]
  return entry?.seq === seq && entry.kind === 'message' ? entry : undefined
}

/** Moves a read cursor forward. */
export function moveCursor(log: LogState, user: User, side: keyof Reads, cursor: Cursor): LogState {
  if (cursor.seq <= log.reads[side].seq) return log
  const reads = { ...log.reads, [side]: cursor }
  return { ...log, reads, entries: markRead(log.entries, log.reads[side].seq, cursor.seq, reads, user) }
}

/** Learns from these entries how far the log has been read. */
export function withReads(log: LogState, user: User, incoming: readonly Incoming[]): LogState {
  const { mine, others } = revealedBy(incoming, log.reads, user)
  return moveCursor(moveCursor(log, user, 'mine', mine), user, 'others', others)
}
