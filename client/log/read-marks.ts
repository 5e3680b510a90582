import { RequestError } from '../errors.ts'
import type { Page } from './catch-up.ts'
import { isFinal, placeOf, type RoomContext } from './context.ts'
import { type LogState, moveCursor } from './log-state.ts'
import { countUnread } from './reads.ts'

const INTERVAL_MS = 2000

export interface ReadMarks {
  /** Moves the user's cursor, at once here and soon on the server. */
  read(seq: number): void
  /** The `seq` that the server has not acknowledged; 0 if there is none. */
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
 * Sends the user's read cursor, at most one every 2 s, and the last one always: after a failure and after a reconnection
 * again.
 *
 * @param isSynced whether the server's cursor is known; until then nothing is sent
 */
export function createReadMarks(room: RoomContext, isSynced: () => boolean): ReadMarks {
  const { core, api, conversations, id, log, me } = room
  const { clock, link } = core
  /** The last mark that is not acknowledged; 0 if there is none. */
  let wanted = 0
  /** The mark whose answer has not arrived; 0 if there is none. */
  let sending = 0
  let nextAt = 0
  let timer: unknown

  function send(): void {
    if (wanted === 0 || sending > 0 || timer !== undefined || !isSynced()) return
    const waitMs = nextAt - clock.now()
    if (waitMs > 0) {
      timer = clock.setTimeout(() => {
        timer = undefined
        send()
      }, waitMs)
    } else void sendNow()
  }

  async function sendNow(): Promise<void> {
    const seq = wanted
    sending = seq
    nextAt = clock.now() + INTERVAL_MS
    try {
      const answer = await request(seq)
      acknowledge(seq)
      // While everything unread is loaded, the log knows the count, also of what came after the server's answer.
      if (!isCounted(log.getSnapshot())) conversations.setUnread(id, answer.unread_count)
    } catch (error) {
      if (isFinal(error)) acknowledge(seq)
      const toldMs = (error instanceof RequestError && error.retryAfterMs) || 0
      nextAt = Math.max(nextAt, clock.now() + toldMs)
    }
    if (sending === seq) sending = 0
    send()
  }

  const request = (seq: number) =>
    placeOf(link.status.getSnapshot()) === 'polling'
      ? api.markRead(id, seq)
      : link.request('mark_read', { conversation_id: id, seq })

  function acknowledge(seq: number): void {
    if (wanted <= seq) wanted = 0
  }

  return {
    read(seq) {
      const state = log.getSnapshot()
      const target = Math.min(seq, state.head)
      if (!(target > state.reads.mine.seq)) return
      wanted = target
      const at = new Date(clock.now()).toISOString()
      log.set(moveCursor(state, me(), 'mine', { seq: target, at }))
      const moved = log.getSnapshot()
      if (isCounted(moved)) conversations.setUnread(id, countUnread(moved.entries, moved.reads, me()))
      send()
    },
    unsent: () => wanted,
    restore(seq) {
      wanted = seq
    },
    onPage({ reset, last_read_seq }) {
      acknowledge(reset ? wanted : last_read_seq)
      send()
    },
    flush() {
      if (wanted > sending && isSynced()) void sendNow()
    },
    stop: () => clock.clearTimeout(timer),
  }
}

/** Whether all messages after the user's cursor are loaded. */
const isCounted = ({ first, last, head, reads }: LogState) => reads.mine.seq >= first - 1 && last === head
