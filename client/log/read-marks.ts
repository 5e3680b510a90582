import type { Page } from './catch-up.ts'
import { isFinal, placeOf, type RoomContext } from './context.ts'
import { moveCursor } from './log-state.ts'
import { createLoop } from './loop.ts'
import { countUnread } from './reads.ts'

const INTERVAL_MS = 2000

export interface ReadMarks {
  /** Moves the user's cursor, at once here and soon on the server. */
  read(seq: number): void
  /** The mark that the server has not acknowledged; 0 if there is none. */
  unsent(): number
  /** Continues with a mark that an earlier visit did not send. */
  restore(seq: number): void
  /** Learns the server's cursor, and sends what is above it. */
  onPage(page: Page): void
  /** Sends the last mark now, because the room or the page is about to be closed. */
  flush(): void
  stop(): void
}

/**
 * Sends the user's read cursor, at most every 2 s, and the last one always: after a failure and after a reconnection
 * again.
 *
 * @param isSynced whether the server's cursor is known; until then nothing is sent
 */
export function createReadMarks(room: RoomContext, isSynced: () => boolean): ReadMarks {
  const { core, api, conversations, id, log, change } = room
  const { clock, link } = core
  /** The last mark that is not acknowledged; 0 if there is none. */
  let wanted = 0
  let sent = 0
  let nextAt = 0

  const loop = createLoop(
    core,
    () => wanted > 0 && isSynced(),
    async (isWanted) => {
      const waitMs = nextAt - clock.now()
      if (waitMs > 0) await new Promise<void>((resolve) => void clock.setTimeout(resolve, waitMs))
      if (isWanted() && wanted > 0 && isSynced()) await send()
    },
  )

  async function send(): Promise<void> {
    const seq = wanted
    sent = seq
    nextAt = clock.now() + INTERVAL_MS
    try {
      const { unread_count } = await (placeOf(link.status.getSnapshot()) === 'polling'
        ? api.markRead(id, seq)
        : link.request('mark_read', { conversation_id: id, seq }))
      showCount(unread_count)
    } catch (error) {
      if (!isFinal(error)) throw error
    }
    acknowledge(seq)
  }

  /** While everything unread is loaded, the log knows the count, also after what an answer covers. */
  function showCount(answered?: number): void {
    const { first, last, head, reads } = log()
    const isLoaded = reads.mine.seq >= first - 1 && last === head
    const count = isLoaded ? countUnread(log()) : answered
    if (count !== undefined) conversations.setUnread(id, count)
  }

  function acknowledge(seq: number): void {
    if (wanted <= seq) wanted = 0
  }

  return {
    read(seq) {
      const mark = Math.min(seq, log().head)
      if (mark <= log().reads.mine.seq) return
      wanted = mark
      const at = new Date(clock.now()).toISOString()
      change((now) => moveCursor(now, 'mine', { seq: mark, at }))
      showCount()
      loop.check()
    },
    unsent: () => wanted,
    restore(seq) {
      wanted = seq
    },
    onPage({ reset, last_read_seq }) {
      acknowledge(reset ? wanted : last_read_seq)
      loop.check()
    },
    flush() {
      if (wanted > sent && isSynced()) send().catch(() => undefined)
    },
    stop: loop.stop,
  }
}
