import type { Core } from '../core.ts'
import { insert } from './log.ts'
import { emptyLog, type LogState } from './log-state.ts'
import type { Reads } from './reads.ts'

const MAX_ENTRIES = 200
const INTERVAL_MS = 1000

/** The newest part of a log, as it is stored. */
interface Stored {
  readonly first: number
  readonly last: number
  readonly entries: LogState['entries']
  readonly reads: Reads
  /** A read mark that the server has not acknowledged. */
  readonly unsent: number
}

export interface Cache {
  load(): Promise<Stored | undefined>
  /** The log has changed. */
  touch(): void
  /** Stores what has changed, or removes what is stored. */
  flush(): void
}

/**
 * Stores the newest entries of a log, so that it is shown at once when it is opened again.
 *
 * @param read returns undefined if nothing must be kept
 */
export function createCache(
  { clock, store, link }: Core,
  id: string,
  read: () => { readonly log: LogState; readonly unsent: number } | undefined,
): Cache {
  const key = `log/${id}`
  let timer: unknown

  function flush(): void {
    if (timer === undefined) return
    clock.clearTimeout(timer)
    timer = undefined
    if (link.status.getSnapshot().phase === 'signed-out') return
    const current = read()
    void (current
      ? store.set(key, { ...newestOf(current.log), unsent: current.unsent } satisfies Stored)
      : store.delete(key))
  }

  return {
    async load() {
      const stored = await store.get(key)
      return isStored(stored) ? stored : undefined
    },
    touch() {
      timer ??= clock.setTimeout(flush, INTERVAL_MS)
    },
    flush,
  }
}

function newestOf({ first, last, entries, reads }: LogState): Omit<Stored, 'unsent'> {
  const newest = entries.slice(-MAX_ENTRIES)
  const start = newest.length < entries.length ? (newest[0]?.seq ?? first) : first
  return { first: start, last, entries: newest, reads }
}

/** What is stored may come from another version of the library. */
function isStored(value: unknown): value is Stored {
  const { first, last, entries, reads, unsent } = Object(value) as Partial<Record<keyof Stored, unknown>>
  return (
    [first, last, unsent].every(Number.isInteger) &&
    Array.isArray(entries) &&
    Object(Object(reads).mine).seq >= 0 &&
    Object(Object(reads).others).seq >= 0
  )
}

/** The stored log, together with what has arrived since it was asked for. */
export function restored(stored: Stored, arrived: LogState, user: string | undefined): LogState {
  const { first, last, entries, reads } = stored
  const log: LogState = { ...emptyLog, first, last, entries, reads, head: Math.max(last, arrived.head) }
  return insert(log, user, [...arrived.entries, ...arrived.held.values()])
}
