import type { Core } from '../core.ts'
import type { RequestError } from '../errors.ts'
import type { Api } from '../rest/api.ts'
import type { Conversation } from '../wire.ts'
import type { Collection } from './collection.ts'
import { newestFirst } from './held.ts'
import { createReader } from './reader.ts'

export const PAGE_LIMIT = 50

export interface Pager {
  /** Whether nothing was read yet. */
  isNew(): boolean
  hasMore(): boolean
  /** Loads the next page. */
  more(): Promise<void>
  /** Reads again what was loaded. Never rejects. */
  again(): Promise<void>
  stop(): void
}

/** Where a page begins; without a cursor at the top. */
interface Position {
  readonly cursor?: string
  readonly after?: Conversation | undefined
}

/** Reads the pages of the list into the collection. */
export function createPager(
  core: Pick<Core, 'clock' | 'link'>,
  { listConversations }: Pick<Api, 'listConversations'>,
  collection: Collection,
  onPage: () => void,
): Pager {
  // What has changed is at the top: a page without changes ends the search for them.
  const reader = createReader(core, () => walk({}, (hasChanged, hasRest) => hasChanged && hasRest))
  /** Where the loaded part ends; undefined if it is everything. */
  let end: Position | undefined = {}
  let loading: Promise<void> | undefined
  let isStopped = false

  /** Reads pages from a position on, as long as it should go on. `hasRest`: more than what was read is loaded. */
  async function walk(
    start: Position,
    goOn: (hasChanged: boolean, hasRest: boolean) => boolean,
  ): Promise<void> {
    let position: Position | undefined = start
    while (position) {
      const { cursor, after }: Position = position
      const requestedAt = core.clock.now()
      const page = await listConversations({ limit: PAGE_LIMIT, cursor })
      if (isStopped) return
      const isLast = page.cursor === undefined
      const hasChanged = collection.take({ ...page, requestedAt, after, isLast })
      const last: Conversation | undefined = page.conversations.at(-1) ?? after
      const hasRest = last !== undefined && collection.items().some((item) => newestFirst(item, last) > 0)
      position = page.cursor === undefined ? undefined : { cursor: page.cursor, after: last }
      if (!position || !hasRest) end = position
      onPage()
      if (!goOn(hasChanged, hasRest)) return
    }
  }

  async function load(): Promise<void> {
    await reader.idle()
    const before = collection.items().length
    const hasNone = () => collection.items().length <= before
    try {
      if (end) await walk(end, hasNone)
    } catch (error) {
      // The server accepts a cursor only for some time.
      if ((error as RequestError).code !== 'bad_request') throw error
      await walk({}, hasNone)
    }
  }

  return {
    isNew: () => end !== undefined && end.cursor === undefined,
    hasMore: () => end !== undefined,
    more() {
      loading ??= load().finally(() => {
        loading = undefined
      })
      return loading
    },
    again: reader.now,
    stop() {
      isStopped = true
      reader.stop()
    },
  }
}
