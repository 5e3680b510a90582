import { othersIn, type RoomContext } from './context.ts'
import { moveCursor } from './log-state.ts'
import type { Cursor } from './reads.ts'

export interface Readers {
  /** Learns that another participant's cursor has moved. */
  move(userId: string, cursor: Cursor): void
  /** The participants may have changed. */
  update(): void
}

/** Remembers the cursors of the others, to know when all of them have read a message of the user. */
export function createReaders(room: RoomContext): Readers {
  const cursors = new Map<string, Cursor>()

  function update(): void {
    const others = (othersIn(room) ?? []).map((user) => cursors.get(user) ?? { seq: 0 })
    if (others.length === 0) return
    const seq = Math.min(...others.map((cursor) => cursor.seq))
    const times = others.map(({ at }) => at ?? '').sort()
    room.change((log) => moveCursor(log, 'others', { seq, at: times.at(-1) }))
  }

  return {
    move(userId, cursor) {
      if (cursor.seq > (cursors.get(userId)?.seq ?? 0)) cursors.set(userId, cursor)
      update()
    },
    update,
  }
}
