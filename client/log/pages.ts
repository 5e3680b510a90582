import type { LogQuery } from '../rest/bodies.ts'
import type { RoomContext } from './context.ts'
import { forgetBefore, insert, startAfter } from './log.ts'

/** How many entries a room shows first, and loads at a time when the user scrolls. */
export const FEW_ENTRIES = 50
/** The largest page. */
export const PAGE_ENTRIES = 100

/** Reads a page over REST and adds it to the log. A query without a `seq` reads the newest page into an empty log. */
export async function readPage(room: RoomContext, query: LogQuery): Promise<void> {
  const { messages, last_seq, first_seq } = await room.api.listMessages(room.id, query)
  const log = forgetBefore(room.log, first_seq)
  room.change(insert(query.entries ? startAfter(log, last_seq) : log, messages, last_seq))
}

/**
 * Loads entries when the user asks for them. Calls at the same time share one request.
 *
 * @param restored resolves once the stored entries are in the log
 */
export function createHistory(room: RoomContext, restored: Promise<void>) {
  let request: Promise<void> | undefined

  const load = (limit: number, isForward?: boolean) => {
    request ??= read(limit, isForward).finally(() => {
      request = undefined
    })
    return request
  }

  async function read(limit: number, isForward?: boolean): Promise<void> {
    await restored
    const { first, last, start } = room.log
    if (last < first) await readPage(room, { entries: 'all', limit })
    else if (isForward) await readPage(room, { after: last, limit })
    else if (first > start) await readPage(room, { before: first, limit })
  }

  return {
    older: () => load(FEW_ENTRIES),
    async around(seq: number): Promise<void> {
      for (let loaded = -2; seq >= 1; ) {
        const { first, last } = room.log
        if ((seq >= first && seq <= last) || last - first <= loaded) return
        loaded = last - first
        await load(PAGE_ENTRIES, seq > last)
      }
    },
  }
}
