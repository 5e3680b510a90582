import type { Entry } from '../types.ts'
import type { Message } from '../wire.ts'
import { type Change, indexOfSeq, isOlder } from './entries.ts'
import { type Ahead, type LogState, messageAt, type User } from './log-state.ts'
import { type Reads, withRead } from './reads.ts'

/*
 * Changes are applied strictly in the order of `seq`: of two concurrent edits the later one can have the earlier
 * `edited_at`. Pages and answers to edits, however, show changes whose entries come later. Until those entries have been
 * applied, `ahead` keeps older versions from coming back.
 */

/** The version is that of a change whose `seq` is not known. */
const UNKNOWN = Number.POSITIVE_INFINITY

/** A log while entries are added to it. */
export interface Draft {
  readonly entries: Entry[]
  readonly ahead: Map<number, Ahead>
  readonly changed: Map<number, Change>
  readonly first: number
  readonly reads: Reads
}

/**
 * Applies the next change.
 *
 * @param included the version that comes with the change includes all changes up to here
 */
export function applyChange(log: Draft, user: User, change: Change, included: number): void {
  const { message } = change
  const { seq } = message
  if (seq < log.first) return void log.changed.set(seq, change)
  const current = messageAt(log.entries, seq)
  if (!current) return
  const { upTo } = log.ahead.get(seq) ?? { upTo: 0 }
  if (change.seq <= upTo && included < upTo && isOlder(message, current)) {
    log.ahead.set(seq, { upTo, skipped: message })
  } else {
    log.ahead.set(seq, { upTo: included })
    log.entries[indexOfSeq(log.entries, seq)] = withRead(message, log.reads, user)
  }
}

/** Forgets the versions that the log has caught up with. */
export function settle(log: LogState, user: User): LogState {
  if (log.ahead.size === 0) return log
  const ahead = new Map(log.ahead)
  let entries: Entry[] | undefined
  for (const [seq, { upTo, skipped }] of ahead) {
    if (upTo > log.last) continue
    ahead.delete(seq)
    if (!skipped) continue
    // No change has replaced the skipped one, so it was the last one, whatever the times say.
    entries ??= log.entries.slice()
    entries[indexOfSeq(entries, seq)] = withRead(skipped, log.reads, user)
  }
  return { ...log, ahead, entries: entries ?? log.entries }
}

/** Shows the version of a message that an edit returned, before its change arrives as an entry. */
export function showVersion(log: LogState, user: User, message: Message): LogState {
  const { seq } = message
  const current = messageAt(log.entries, seq)
  if (!current || !isOlder(current, message)) return log
  const entries = log.entries.slice()
  entries[indexOfSeq(entries, seq)] = withRead(message, log.reads, user)
  return { ...log, entries, ahead: new Map(log.ahead).set(seq, { upTo: UNKNOWN }) }
}

/**
 * Learns that a page includes every version that was shown when it was asked for, also those that edits had returned.
 *
 * @param asked the log at that time
 */
export function confirmVersions(log: LogState, asked: LogState, upTo: number): LogState {
  if (log.ahead.size === 0) return log
  const ahead = new Map(log.ahead)
  for (const [seq, shown] of log.ahead) {
    const [before, now] = [messageAt(asked.entries, seq), messageAt(log.entries, seq)]
    const isIncluded = before && now && !isOlder(before, now)
    if (shown.upTo === UNKNOWN && isIncluded) ahead.set(seq, { ...shown, upTo })
  }
  return { ...log, ahead }
}
