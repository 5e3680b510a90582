import type { LogState } from '../shared.ts'
import { othersIn, phaseOf, type RoomContext } from './context.ts'
import { moveCursor } from './log.ts'
import { createLoop } from './loop.ts'

const INTERVAL_MS = 2000
const MAX_UNREAD = 100

export interface Marks {
  /** Moves the user's cursor, at once here and soon on the server. */
  read(seq: number): void
  /**
   * Notes what the server says about the read cursor of a user. If this is the user of the room, and the user has read
   * further here, the newer cursor is sent. After a reconnection, `seq` is undefined until the server reports it.
   */
  onRead(user: string | undefined, seq: number | undefined, at?: string): void
  /** Sends the last mark now, because the room or the page is about to be closed. */
  flush(): void
  stop(): void
}

/** Sends the user's read cursor at most every 2 s. The last position is always sent. */
export function createMarks(room: RoomContext): Marks {
  const { core, api, conversations, id } = room
  /** The read cursor that the server has, or is about to get. */
  let sent: number | undefined
  /** Up to where the others have read, as the last push said. */
  const cursors = new Map<string | undefined, number | undefined>()

  const isDue = () => sent !== undefined && room.log.myCursor > sent
  const loop = createLoop(room, isDue, send)

  async function send(): Promise<number> {
    const seq = room.log.myCursor
    sent = seq
    try {
      await (phaseOf(room) === 'polling'
        ? api.markRead(id, { seq })
        : core.link.request('mark_read', { conversation_id: id, seq }))
    } catch (error) {
      if (sent === seq) sent = 0
      throw error
    }
    showCount()
    return INTERVAL_MS
  }

  /** Shows the log's own unread count if everything unread is loaded. An answer may not count the newest entries. */
  function showCount(): void {
    const { first, last, start, head, myCursor } = room.log
    if ((myCursor >= first - 1 || first === start) && last === head)
      conversations.setUnread(id, countUnread(room.log))
  }

  return {
    read(seq) {
      // Makes it an integer, whatever the application passes.
      const next = moveCursor(room.log, 'myCursor', Math.min(seq, room.log.head) | 0)
      if (next === room.log) return
      room.change(next)
      showCount()
      loop.check()
    },
    onRead(user, seq, at) {
      if (user === room.log.user) {
        sent = seq
        room.change(moveCursor(room.log, 'myCursor', seq, at))
        loop.check()
      } else {
        cursors.set(user, seq)
        const lowest = Math.min(...(othersIn(room) ?? [user]).map((other) => cursors.get(other) ?? 0))
        room.change(moveCursor(room.log, 'othersCursor', lowest, at))
      }
    },
    flush() {
      if (isDue()) send().catch(() => undefined)
    },
    stop: loop.stop,
  }
}

/** The unread messages of others, at most 100. */
export const countUnread = ({ entries, myCursor, user }: LogState): number =>
  Math.min(
    MAX_UNREAD,
    entries.filter(
      (entry) =>
        entry.seq > myCursor && entry.kind === 'message' && entry.sender_id !== user && !entry.deleted_at,
    ).length,
  )
