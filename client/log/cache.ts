import type { Core } from '../core.ts'
import { insert } from './log.ts'
import { emptyLog, type LogState } from './log-state.ts'

const MAX_ENTRIES = 200
const INTERVAL_MS = 1000
/** Another version of the library may store something else. */
const VERSION = 1

/** The newest part of a log, as it is stored. */
interface Stored extends Pick<LogState, 'first' | 'last' | 'entries' | 'reads'> {
  readonly version: typeof VERSION
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
    void (current ? store.set(key, toStored(current.log, current.unsent)) : store.delete(key))
  }

  return {
    async load() {
      const stored = (await store.get(key)) as Stored | undefined
      return stored?.version === VERSION ? stored : undefined
    },
    touch() {
      timer ??= clock.setTimeout(flush, INTERVAL_MS)
    },
    flush,
  }
}

function toStored({ first, last, entries, reads }: LogState, unsent: number): Stored {
  const newest = entries.slice(-MAX_ENTRIES)
  const start = newest.length < entries.length ? (newest[0]?.seq ?? first) : first
  return { version: VERSION, first: start, last, entries: newest, reads, unsent }
}

/** The stored log, together with what has arrived since it was asked for. */
export function restored({ first, last, entries, reads }: Stored, arrived: LogState): LogState {
  const log = { ...emptyLog, user: arrived.user, first, last, entries, reads }
  return insert({ ...log, head: Math.max(last, arrived.head) }, [...arrived.held.values()])
}
