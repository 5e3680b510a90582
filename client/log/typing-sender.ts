import { othersIn, type RoomContext } from './context.ts'

const INTERVAL_MS = 5000

export interface TypingSender {
  typing(on: boolean): void
  /** A message of the user is on its way: it ends the notice for the others. */
  sent(): void
}

/** Tells the others that the user is typing: every 5 s at most, and only while it may interest somebody. */
export function createTypingSender(room: RoomContext): TypingSender {
  const { core, id, presence } = room
  let isShown = false
  let nextAt = 0

  /** Somebody may be online, as far as is known. */
  const hasAudience = () =>
    othersIn(room)?.some((user) => presence.getSnapshot().get(user)?.is_online ?? true) ?? true

  return {
    typing(on) {
      const now = core.clock.now()
      const isDue = on ? now >= nextAt && hasAudience() : isShown
      if (!isDue || core.link.status.getSnapshot().phase !== 'online') return
      isShown = on
      if (on) nextAt = now + INTERVAL_MS
      core.link.post('typing', { conversation_id: id, is_typing: on })
    },
    sent() {
      isShown = false
    },
  }
}
