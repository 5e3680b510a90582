/** What is known about the unread messages of a conversation. */
export interface Unread {
  /** The user's read cursor, as far as known. */
  readonly readSeq: number
  /** The newest count that came from the server or from an open room. */
  readonly counted: number
  /** The count includes no message after this `seq`. */
  readonly countedTo: number
  /** The count is known to include every message up to this `seq`. */
  readonly exactTo: number
  /** The others' messages that were pushed and are not read. */
  readonly pushed: ReadonlySet<number>
}

/** Counting stops here, as on the server. */
const MAX_UNREAD = 100

/** A count that includes the log up to `seq`. */
export const countUpTo = (seq: number, counted: number, readSeq = 0): Unread => ({
  readSeq,
  // A count from before the cursor moved is too high.
  counted: Math.min(counted, Math.max(0, seq - readSeq)),
  countedTo: seq,
  exactTo: seq,
  pushed: new Set(),
})

/** The number to show. A count that came with a cursor may miss a message that was pushed at the same time. */
export function unreadCount({ counted, countedTo, pushed }: Unread): number {
  const later = [...pushed].filter((seq) => seq > countedTo).length
  return Math.min(MAX_UNREAD, Math.max(counted + later, pushed.size))
}

/** A message of another participant was pushed, perhaps not for the first time. */
export function addPushed(unread: Unread, seq: number): Unread {
  const { readSeq, exactTo, pushed } = unread
  if (seq <= readSeq || seq <= exactTo || pushed.has(seq) || pushed.size >= MAX_UNREAD) return unread
  return { ...unread, pushed: new Set(pushed).add(seq) }
}

/** A message was deleted. */
export function dropPushed(unread: Unread, seq: number): Unread {
  if (!unread.pushed.has(seq)) return unread
  return { ...unread, pushed: new Set([...unread.pushed].filter((other) => other !== seq)) }
}

/** A push with a count that includes the log up to `seq`. */
export function pushCount(unread: Unread, seq: number, counted: number): Unread {
  const { readSeq, exactTo, pushed } = unread
  if (seq <= readSeq || seq <= exactTo) return unread
  return { ...countUpTo(seq, counted, readSeq), pushed }
}

/** The user's read cursor has moved. */
export function moveCursor(unread: Unread, readSeq: number, counted: number, lastSeq: number): Unread {
  if (readSeq <= unread.readSeq) return unread
  return {
    readSeq,
    counted,
    countedTo: Math.max(readSeq, lastSeq),
    exactTo: readSeq,
    pushed: new Set([...unread.pushed].filter((seq) => seq > readSeq)),
  }
}

/** The count of an open room, which knows more. */
export const countOfRoom = ({ readSeq }: Unread, lastSeq: number, counted: number): Unread => ({
  ...countUpTo(lastSeq, counted),
  counted,
  readSeq: counted === 0 ? lastSeq : readSeq,
})
