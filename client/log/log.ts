import { type Incoming, isChanged, isListed } from './entries.ts'
import { type LogState, startAfter, withReads } from './log-state.ts'
import { withRead } from './reads.ts'
import { applyChange, draftOf, settle } from './versions.ts'

interface Page {
  readonly messages: readonly Incoming[]
  readonly last_seq: number
  readonly has_more: boolean
}

/**
 * Adds entries from pages and pushes, in any order and any number of times. What is beyond a hole is held back until
 * the hole is filled.
 *
 * @param upTo the `last_seq` of a page: its messages include every change up to there. 0 for pushes.
 */
export function insert(log: LogState, incoming: readonly Incoming[], upTo = 0): LogState {
  const held = new Map(log.held)
  for (const entry of incoming) if (entry.seq > log.last) held.set(entry.seq, entry)
  const ready: Incoming[] = []
  for (let seq = log.last + 1; held.has(seq); seq++) {
    ready.push(held.get(seq) as Incoming)
    held.delete(seq)
  }
  const head = Math.max(log.head, log.last + ready.length, ...held.keys())
  const page = new Set(upTo > 0 ? incoming : [])
  const next = append({ ...log, held, head }, ready, (entry) => (page.has(entry) ? upTo : 0))
  return withReads(settle(next), incoming)
}

/** Adds the entries that follow the last one. */
function append(
  log: LogState,
  ready: readonly Incoming[],
  includedIn: (entry: Incoming) => number,
): LogState {
  if (ready.length === 0) return log
  const draft = draftOf(log)
  for (const entry of ready) {
    if (entry.kind === 'message_updated') applyChange(draft, entry, includedIn(entry))
    else if (entry.kind === 'message') {
      draft.entries.push(withRead(entry, log))
      if (isChanged(entry)) draft.ahead.set(entry.seq, { upTo: includedIn(entry) })
    } else if (isListed(entry)) draft.entries.push(entry)
  }
  return { ...draft, last: log.last + ready.length }
}

/** Adds a page of entries before the first one. A page that does not reach the first one is ignored. */
export function prepend(log: LogState, { messages, last_seq, has_more }: Page): LogState {
  const older = messages.filter(({ seq }) => seq < log.first)
  if ((older.at(-1)?.seq ?? log.first - 1) !== log.first - 1) return log
  const draft = draftOf(log)
  const entries = older.filter(isListed).map((entry) => {
    if (entry.kind !== 'message') return entry
    const { seq } = entry
    if (isChanged(entry)) draft.ahead.set(seq, { upTo: last_seq })
    const change = draft.changed.get(seq)
    draft.changed.delete(seq)
    return withRead(change && change.seq > last_seq ? change.message : entry, log)
  })
  draft.entries.unshift(...entries)
  return withReads(settle({ ...draft, first: has_more ? (older[0]?.seq ?? log.first) : 1 }), messages)
}

/** Begins again with the newest page of the log. */
export const restart = (log: LogState, page: Page): LogState =>
  insert(prepend(startAfter({ ...log, head: page.last_seq }, page.last_seq), page), [])
