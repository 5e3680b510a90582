import type { LogState } from '../shared.ts'
import { phaseOf, type RoomContext } from './context.ts'
import { emptyLog, insert } from './log.ts'

const MAX_ENTRIES = 200

const keyOf = ({ id }: RoomContext) => `log/${id}`

/** Stores the newest entries, so that they are shown at once when the room is opened again. */
export function storeLog(room: RoomContext): void {
  const { log, core } = room
  if (!log.last || phaseOf(room) === 'signed-out') return
  const entries = log.entries.slice(-MAX_ENTRIES)
  const first = entries[0]?.seq ?? log.first
  const stored = room.hasEnded ? undefined : { ...log, entries, first, known: undefined }
  void core.store.set(keyOf(room), stored)
}

/** What is stored, or an empty log. */
export async function storedLog(room: RoomContext): Promise<LogState> {
  const { store, user } = room.core
  const stored = (await store.get(keyOf(room))) as LogState | undefined
  // If something else is stored there, the room must not stay empty forever.
  const empty = emptyLog(user())
  const log = {
    ...empty,
    ...(Array.isArray(stored?.entries) && stored),
    known: empty.known,
    user: empty.user,
  }
  return insert(log, log.entries, log.last)
}
