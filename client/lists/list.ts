import { delayed } from '../backoff.ts'
import type { Core } from '../core.ts'
import type { RequestError } from '../errors.ts'
import { isSame, type Signal, source } from '../readable.ts'
import type { PageQuery } from '../rest/bodies.ts'
import { type Item, isBelow, newestFirst } from './order.ts'
import { createReader } from './reader.ts'

const SAVE_DELAY_MS = 1000
const SAVED_ITEMS = 50
/** A polled page may be as old as this when it arrives. */
const POLL_AGE_MS = 5000

type Page<T, Key extends string> = { readonly [K in Key]: readonly T[] } & { readonly cursor?: string }

/** What a list holds. */
export interface ListKind<T, Key extends string> {
  /** The field of a page. The first items are also stored under this key, and shown at once at the next start. */
  readonly key: Key
  /** How many items are read at the start, if there are that many. */
  readonly least: number
  readPage(query: PageQuery): Promise<Page<T, Key>>
  /** Combines an item from the server with what is known to be newer. */
  merge(fresh: T): T
  toStore(item: T): T
}

export interface List<T> {
  readonly shown: Signal<{ readonly items: readonly T[]; readonly hasMore: boolean }>
  find(id: string): T | undefined
  put(item: T): void
  remove(id: string): void
  /** Loads the next page. */
  more(): Promise<void>
  /** Reads the top of the list now. */
  again(): Promise<void>
  /** Takes over the top of the list, as polling has read it. */
  polled(items: readonly T[], isAll: boolean): void
  /** Reads the top of the list soon, if that is still needed then. */
  readSoon(isNeeded?: () => boolean): void
  stop(): void
}

/** The pages of a list on the server. Pushes change the pages; if a push does not tell everything, they are reread. */
export function createList<T extends Item, Key extends string>(core: Core, kind: ListKind<T, Key>): List<T> {
  const { clock, store } = core
  const { key, merge } = kind
  const shown = source<{ items: readonly T[]; hasMore: boolean }>({ items: [], hasMore: true })
  const held = new Map<string, T>()
  /** When each item was last changed by anything but a page. */
  const changedAt = new Map<string, number>()
  /** Where the loaded part ends: empty before the first page, undefined if everything is loaded. */
  let end: string | undefined = ''
  let loading: Promise<void> | undefined
  const readTop = () => read([], undefined, kind.least)
  const reader = createReader(core, readTop)

  function show(): void {
    if (reader.isStopped()) return
    const items = [...held.values()].sort(newestFirst)
    const hasMore = end !== undefined
    const before = shown()
    if (hasMore === before.hasMore && isSame(items, before.items)) return
    shown.set({ items, hasMore })
    save()
  }

  const save = delayed(clock, SAVE_DELAY_MS, () => {
    void store.set(key, shown().items.slice(0, SAVED_ITEMS).map(kind.toStore))
  })

  function restore(stored: unknown): void {
    if (!Array.isArray(stored) || end !== '') return
    for (const item of stored as readonly T[]) if (!changedAt.has(item.id)) held.set(item.id, item)
    show()
  }

  /**
   * Takes over the top of the list as it was at `requestedAt`. True if the last of these items is new or has changed:
   * items below may then have changed, too.
   */
  function take(top: readonly T[], requestedAt: number, isAll: boolean): boolean {
    function isNewer(id: string): boolean {
      const at = changedAt.get(id) as number
      // The clock may have been set back since then.
      return at >= requestedAt && at <= clock.now()
    }
    const listed = new Set(top.map(({ id }) => id))
    for (const [id, item] of held) {
      if (!listed.has(id) && !isNewer(id) && (isAll || !isBelow(item, top))) held.delete(id)
    }
    let isNews = false
    for (const fresh of top) {
      const before = held.get(fresh.id)
      const next = merge(fresh)
      isNews = JSON.stringify(next) !== JSON.stringify(before)
      if (isNews && (before || !isNewer(fresh.id))) held.set(fresh.id, next)
    }
    return isNews
  }

  /** Reads page after page until at least `count` items are held and no loaded item below can have changed. */
  async function read(top: readonly T[], cursor: string | undefined, count: number): Promise<void> {
    const requestedAt = clock.now()
    let isNews: boolean
    do {
      const page = await kind.readPage({ cursor })
      if (reader.isStopped()) return
      cursor = page.cursor
      top = [...top, ...page[key]]
      isNews = take(top, requestedAt, cursor === undefined || end === '')
      const isEnd = ![...held.values()].some((item) => isBelow(item, top))
      if (isEnd || end === '') end = cursor
      show()
      if (isEnd) isNews = false
    } while (cursor !== undefined && (isNews || held.size < count))
  }

  async function readMore(): Promise<void> {
    if (end === undefined) return
    const count = held.size + 1
    try {
      await read(shown().items, end || undefined, count)
    } catch (error) {
      // The server has forgotten the cursor.
      if ((error as RequestError).code !== 'bad_request') throw error
      await read([], undefined, count)
    }
  }

  void store.get(key).then(restore)
  return {
    shown,
    find: (id) => held.get(id),
    put(item) {
      if (!item?.id) return
      held.set(item.id, item)
      changedAt.set(item.id, clock.now())
      show()
    },
    remove(id) {
      held.delete(id)
      changedAt.set(id, clock.now())
      show()
    },
    more() {
      loading ??= reader.inTurn(readMore).finally(() => {
        loading = undefined
      })
      return loading
    },
    again: () => reader.inTurn(readTop),
    polled(items, isAll) {
      if (take(items, clock.now() - POLL_AGE_MS, isAll) && !isAll) reader.readSoon()
      show()
    },
    readSoon: reader.readSoon,
    stop: reader.stop,
  }
}
