import type { Entry } from '../types.ts'
import type { Message } from '../wire.ts'
import { type Change, indexOfSeq, isOlder } from './entries.ts'
import { type Ahead, type LogState, messageAt, withReads } from './log-state.ts'
import { withRead } from './reads.ts'

/*
 * Changes are applied strictly in the order of `seq`: of two concurrent edits the later one can have the earlier
 * `edited_at`. Pages and answers to edits, however, show changes whose entries come later. Until those entries have been
 * applied, `ahead` keeps older versions from coming back.
 */

/** The version is that of a change whose `seq` is not known. */
const UNKNOWN = Number.POSITIVE_INFINITY

/** A log while entries are added to it. */
export interface Draft extends LogState {
  readonly entries: Entry[]
  readonly ahead: Map<number, Ahead>
  readonly changed: Map<number, Change>
}

export const draftOf = (log: LogState): Draft => ({
  ...log,
  entries: log.entries.slice(),
  ahead: new Map(log.ahead),
  changed: new Map(log.changed),
})

function replace(log: Draft, message: Message): void {
  log.entries[indexOfSeq(log.entries, message.seq)] = withRead(message, log)
}

/**
 * Applies the next change.
 *
 * @param included the version that comes with the change includes all changes up to here
 */
export function applyChange(log: Draft, change: Change, included: number): void {
  const { message } = change
  const { seq } = message
  const current = messageAt(log.entries, seq)
  const upTo = log.ahead.get(seq)?.upTo ?? 0
  if (seq < log.first) log.changed.set(seq, change)
  else if (current && change.seq <= upTo && included < upTo && isOlder(message, current)) {
    log.ahead.set(seq, { upTo, skipped: message })
  } else if (current) {
    log.ahead.set(seq, { upTo: included })
    replace(log, message)
  }
}

/** Forgets the versions that the log has caught up with. */
export function settle(log: LogState): LogState {
  if (log.ahead.size === 0) return log
  const draft = draftOf(log)
  for (const [seq, { upTo, skipped }] of log.ahead) {
    if (upTo > log.last) continue
    draft.ahead.delete(seq)
    // No change has replaced the skipped one, so it was the last one, whatever the times say.
    if (skipped) replace(draft, skipped)
  }
  return draft
}

/** Shows the version of a message that an edit returned, before its change arrives as an entry. */
export function showVersion(log: LogState, message: Message): LogState {
  const current = messageAt(log.entries, message.seq)
  if (!current || !isOlder(current, message)) return log
  const draft = draftOf(log)
  replace(draft, message)
  draft.ahead.set(message.seq, { upTo: UNKNOWN })
  return withReads(draft, [message])
}

/**
 * Learns that a page includes every version that was shown when it was asked for, also those that edits had returned.
 *
 * @param asked the log at that time
 */
export function confirmVersions(log: LogState, asked: LogState, upTo: number): LogState {
  const ahead = new Map(log.ahead)
  for (const [seq, shown] of log.ahead) {
    const [before, now] = [messageAt(asked.entries, seq), messageAt(log.entries, seq)]
    const isIncluded = before && now && !isOlder(before, now)
    if (shown.upTo === UNKNOWN && isIncluded) ahead.set(seq, { ...shown, upTo })
  }
  return { ...log, ahead }
}
