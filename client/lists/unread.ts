/** What is known about the unread messages of a conversation. */
export interface Unread {
  /** The user's read cursor, as far as known. */
  readonly readSeq: number
  /** The newest count that came from the server or from an open room. */
  readonly counted: number
  /** Messages after this `seq` are counted in addition. */
  readonly countedTo: number
  /**
   * The count is known to include the log up to this `seq`. A count that came with a read cursor does not say whether
   * it includes what was pushed at the same time.
   */
  readonly exactTo: number
  /** The newest messages of others that were pushed, after the read cursor. */
  readonly pushed: readonly number[]
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
  pushed: [],
})

/** The number to show. If in doubt it is too high rather than too low. */
export function unreadCount({ counted, countedTo, exactTo, pushed }: Unread): number {
  const later = pushed.filter((seq) => seq > countedTo).length
  const known = exactTo < countedTo ? pushed.length - later : 0
  return Math.min(MAX_UNREAD, Math.max(counted, known) + later)
}

/** A message of another participant was pushed, perhaps not for the first time. */
export function addPushed(unread: Unread, seq: number): Unread {
  const { readSeq, pushed } = unread
  if (seq <= readSeq || pushed.includes(seq)) return unread
  return { ...unread, pushed: [...pushed, seq].slice(-MAX_UNREAD) }
}

/** A message was deleted. */
export const dropPushed = (unread: Unread, seq: number): Unread => ({
  ...unread,
  pushed: unread.pushed.filter((other) => other !== seq),
})

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
    // There are at least as many entries after the cursor as are unread.
    countedTo: Math.max(readSeq + counted, lastSeq),
    exactTo: readSeq,
    pushed: unread.pushed.filter((seq) => seq > readSeq),
  }
}

/** The count of an open room, which knows more. */
export const countOfRoom = ({ readSeq }: Unread, lastSeq: number, counted: number): Unread => ({
  ...countUpTo(lastSeq, counted),
  readSeq: counted === 0 ? lastSeq : readSeq,
})
