import type { RoomContext } from './context.ts'
import { insert, prepend, restart } from './log.ts'
import { isEmpty } from './log-state.ts'

const PAGE_ENTRIES = 50
const JUMP_ENTRIES = 100

export interface History {
  /** Loads the entries before the first one. */
  older(): Promise<void>
  /** Loads entries until the one with this `seq` is loaded. */
  around(seq: number): Promise<void>
}

/** Loads entries over REST when the user asks for them. Calls at the same time share one request. */
export function createHistory({ api, id, log, change }: RoomContext): History {
  let request: Promise<void> | undefined

  function load(limit: number, isForward: boolean): Promise<void> {
    request ??= read(limit, isForward).finally(() => {
      request = undefined
    })
    return request
  }

  async function read(limit: number, isForward: boolean): Promise<void> {
    const { first, last } = log()
    if (isEmpty(log())) {
      const page = await api.listMessages(id, { entries: 'all', limit })
      if (isEmpty(log())) change((now) => restart(now, page))
    } else if (isForward) {
      const page = await api.listMessages(id, { after: last, limit })
      change((now) => insert(now, page.messages, page.last_seq))
    } else if (first > 1) {
      const page = await api.listMessages(id, { before: first, limit })
      // The log may have begun again meanwhile.
      if (log().first === first) change((now) => prepend(now, page))
    }
  }

  return {
    older: () => load(PAGE_ENTRIES, false),
    async around(seq) {
      for (let progress = ''; ; ) {
        const { first, last } = log()
        const range = `${first}-${last}`
        if ((seq >= first && seq <= last) || progress === range) return
        progress = range
        await load(JUMP_ENTRIES, seq > last)
      }
    },
  }
}
