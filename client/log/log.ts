import type { Entry } from '../types.ts'
import type { Message } from '../wire.ts'
import { type Incoming, indexOfSeq, isListed, isOlder } from './entries.ts'
import { type Cursor, markRead, type Reads, revealedBy, unread, withRead } from './reads.ts'

/**
 * The part of a conversation's log that is loaded. It never changes: functions return another one.
 *
 * Entries are applied strictly in the order of `seq`, so that of two versions of a message the one with the later change
 * remains. `edited_at` alone does not tell: of two concurrent edits the last one can have the earlier time.
 */
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
  /** Messages in a version whose change has not been applied yet: an older change must not undo it. */
  readonly ahead: ReadonlySet<number>
  /** Messages that are not loaded but were changed. A page of them that is on its way may be older. */
  readonly changed: ReadonlyMap<number, Message>
  readonly reads: Reads
}

export const emptyLog: LogState = {
  entries: [],
  first: 1,
  last: 0,
  head: 0,
  held: new Map(),
  ahead: new Set(),
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

/** Begins again with the newest page of the log. */
export function restart(log: LogState, user: User, { messages, last_seq, has_more }: NewestPage): LogState {
  const start = startAfter({ ...log, head: last_seq }, (messages[0]?.seq ?? last_seq + 1) - 1)
  const next = insert(start, user, messages)
  return has_more ? next : { ...next, first: 1 }
}
interface NewestPage {
  readonly messages: readonly Incoming[]
  readonly last_seq: number
  readonly has_more: boolean
}

/** Learns that the log goes on to this `seq` at least. */
export const withHead = (log: LogState, seq: number): LogState =>
  seq > log.head ? { ...log, head: seq } : log

type User = string | undefined

/**
 * Adds entries from pages and pushes, in any order and any number of times. What is beyond a hole is held back until
 * the hole is filled.
 */
export function insert(log: LogState, user: User, incoming: readonly Incoming[]): LogState {
  const held = new Map(log.held)
  for (const entry of incoming) {
    if (entry.seq > log.last) held.set(entry.seq, newer(held.get(entry.seq), entry))
  }
  const ready: Incoming[] = []
  for (let seq = log.last + 1; held.has(seq); seq++) {
    ready.push(held.get(seq) as Incoming)
    held.delete(seq)
  }
  const head = Math.max(log.head, log.last + ready.length, ...held.keys())
  return withReads(append({ ...log, held, head }, user, ready), user, incoming)
}

const newer = (a: Incoming | undefined, b: Incoming): Incoming =>
  a && isOlder(messageOf(b), messageOf(a)) ? a : b

const messageOf = (entry: Incoming) => ('message' in entry ? entry.message : entry) as Message

/** Adds the entries that follow the last one. */
function append(log: LogState, user: User, ready: readonly Incoming[]): LogState {
  if (ready.length === 0) return log
  const entries = log.entries.slice()
  const [ahead, changed] = [new Set(log.ahead), new Map(log.changed)]
  for (const entry of ready) {
    if (entry.kind === 'message_updated') change(entry.message)
    else if (entry.kind === 'message') {
      entries.push(withRead(entry, log.reads, user))
      // The change that made this version comes later in the log.
      if (entry.edited_at ?? entry.deleted_at) ahead.add(entry.seq)
    } else if (isListed(entry)) entries.push(entry)
  }
  return { ...log, entries, ahead, changed, last: log.last + ready.length }

  function change(message: Message): void {
    const { seq } = message
    if (seq < log.first) return void changed.set(seq, message)
    const index = indexOfSeq(entries, seq)
    const current = entries[index]
    if (current?.seq !== seq || current.kind !== 'message') return
    if (ahead.has(seq) && isOlder(message, current)) return
    ahead.delete(seq)
    entries[index] = withRead(message, log.reads, user)
  }
}

/**
 * Adds a page of entries before the first one. A page that does not reach the first one is ignored.
 *
 * @param hasMore whether there are entries before the page
 */
export function prepend(log: LogState, user: User, page: readonly Incoming[], hasMore: boolean): LogState {
  const older = page.filter(({ seq }) => seq < log.first)
  if ((older.at(-1)?.seq ?? log.first - 1) !== log.first - 1) return log
  const changed = new Map(log.changed)
  const entries = older.filter(isListed).map((entry) => {
    if (entry.kind !== 'message') return entry
    const version = changed.get(entry.seq) ?? entry
    changed.delete(entry.seq)
    return withRead(version, log.reads, user)
  })
  return withReads(
    {
      ...log,
      entries: [...entries, ...log.entries],
      first: hasMore ? (older[0]?.seq ?? log.first) : 1,
      changed,
    },
    user,
    page,
  )
}

/** Shows the version of a message that an edit returned, before its change arrives as an entry. */
export function showVersion(log: LogState, user: User, message: Message): LogState {
  const index = indexOfSeq(log.entries, message.seq)
  const current = log.entries[index]
  if (current?.seq !== message.seq || current.kind !== 'message' || !isOlder(current, message)) return log
  const entries = log.entries.slice()
  entries[index] = withRead(message, log.reads, user)
  return { ...log, entries, ahead: new Set(log.ahead).add(message.seq) }
}

/** Moves a read cursor forward. */
export function moveCursor(log: LogState, user: User, side: keyof Reads, cursor: Cursor): LogState {
  if (cursor.seq <= log.reads[side].seq) return log
  const reads = { ...log.reads, [side]: cursor }
  return { ...log, reads, entries: markRead(log.entries, log.reads[side].seq, cursor.seq, reads, user) }
}

/** Learns from these entries how far the log has been read. */
function withReads(log: LogState, user: User, incoming: readonly Incoming[]): LogState {
  const { mine, others } = revealedBy(incoming, log.reads, user)
  return moveCursor(moveCursor(log, user, 'mine', mine), user, 'others', others)
}
