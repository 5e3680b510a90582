import type { Entry } from '../types.ts'
import type { Message } from '../wire.ts'
import { type Change, type Incoming, indexOfSeq, messageOf } from './entries.ts'
import { type Cursor, markRead, type Reads } from './reads.ts'

/** The part of a conversation's log that is loaded. It never changes: functions return another one. */
export interface LogState {
  /** The id of the user who reads it. */
  readonly user: string | undefined
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

export const emptyLog: LogState = {
  user: undefined,
  entries: [],
  first: 1,
  last: 0,
  head: 0,
  held: new Map(),
  ahead: new Map(),
  changed: new Map(),
  reads: { mine: { seq: 0 }, others: { seq: 0 } },
}

export const isEmpty = ({ first, last }: LogState) => last < first

/** An empty log that goes on after this `seq`. */
export const startAfter = ({ user, head, held, reads }: LogState, seq: number): LogState => ({
  ...emptyLog,
  user,
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
export function moveCursor(log: LogState, side: keyof Reads, cursor: Cursor): LogState {
  const { seq } = log.reads[side]
  if (cursor.seq <= seq) return log
  const next = { ...log, reads: { ...log.reads, [side]: cursor } }
  return { ...next, entries: markRead(next, seq, cursor.seq) }
}

/** Learns how far the log has been read: everything before a message that is read has been read, too. */
export function withReads(log: LogState, incoming: readonly Incoming[]): LogState {
  if (log.user === undefined) return log
  for (const message of incoming.map(messageOf)) {
    if (!message?.is_read) continue
    const side = message.sender_id === log.user ? 'others' : 'mine'
    log = moveCursor(log, side, { seq: message.seq, at: message.read_at })
  }
  return log
}
