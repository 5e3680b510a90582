import type { Entry, Log, Message } from '../../client/index.ts'
import type { ChatEvent, EntryEvent } from './events.ts'

/** How many earlier entries are shown at a time. */
const HISTORY = 20

/** Turns the snapshots of a log into lines that are printed once and never change. */
export interface LogReader {
  /** The entries that are new since the last snapshot, and the loaded entries that have changed. */
  read(log: Log): readonly ChatEvent[]
  /** The entries before those that were shown. */
  earlier(log: Log): readonly EntryEvent[]
}

/** @param after entries up to this `seq` are not shown; if undefined, the latest entries are shown */
export function createLogReader(conversation_id: string, after?: number): LogReader {
  /** The range that was shown; undefined before anything was. */
  let shown = after === undefined ? undefined : { first: after + 1, last: after }
  const versions = new Map<number, string>()
  const failed = new Set<string>()

  function read(log: Log): readonly ChatEvent[] {
    const events: ChatEvent[] = []
    if (shown && log.lastSeq < shown.last) {
      events.push({ type: 'reset', conversation_id })
      shown = { first: log.lastSeq + 1, last: log.lastSeq }
      versions.clear()
    }
    for (const entry of log.entries) if (hasChanged(entry)) events.push(eventOf(entry, 'edited'))
    const added = newIn(log.entries)
    const [first] = added
    if (shown && first && first.seq > shown.last + 1 && first === log.entries[0]) {
      events.push({ type: 'skipped', conversation_id })
      // So that the skipped ones count as earlier.
      shown = { ...shown, first: first.seq }
    }
    events.push(...added.map((entry) => eventOf(entry)))
    const last = added.at(-1)
    if (first && last) shown = { first: shown?.first ?? first.seq, last: last.seq }
    return [...events, ...newFailures(log)]
  }

  function newIn(entries: readonly Entry[]): readonly Entry[] {
    if (!shown) return entries.slice(-HISTORY)
    const { last } = shown
    return entries.slice(entries.findLastIndex(({ seq }) => seq <= last) + 1)
  }

  /** Whether a message has changed since the last call, which remembers its version. */
  function hasChanged(entry: Entry): boolean {
    if (entry.kind !== 'message') return false
    const version = `${entry.edited_at} ${entry.deleted_at}`
    const before = versions.get(entry.seq)
    versions.set(entry.seq, version)
    return before !== undefined && before !== version
  }

  function newFailures({ pending }: Log): readonly ChatEvent[] {
    return pending.flatMap(({ clientMessageId, content, error, status }) => {
      const isNew = status === 'failed' && !failed.has(clientMessageId)
      if (status === 'failed') failed.add(clientMessageId)
      else failed.delete(clientMessageId)
      const { code = 'unavailable', message = '' } = error ?? {}
      return isNew ? [{ type: 'not_sent', conversation_id, code, reason: message, content }] : []
    })
  }

  return {
    read,
    earlier({ entries, lastSeq }) {
      const { first, last } = shown ?? { first: lastSeq + 1, last: lastSeq }
      const before = entries.filter(({ seq }) => seq < first).slice(-HISTORY)
      shown = { first: before[0]?.seq ?? first, last }
      return before.map((entry) => eventOf(entry))
    },
  }
}

function eventOf(entry: Entry, type: 'message' | 'edited' = 'message'): EntryEvent {
  if (entry.kind === 'message') return { type: isDeleted(entry) ? 'deleted' : type, message: entry }
  const { conversation_id, kind, participant, seq } = entry
  return { type: kind, conversation_id, seq, participant }
}

export const isDeleted = ({ deleted_at }: Message) => deleted_at !== undefined
