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
  const { clock, link } = core
  let isShown = false
  let nextAt = 0

  const post = (is_typing: boolean) => link.post('typing', { conversation_id: id, is_typing })

  /** Somebody may be online, as far as is known. */
  function hasAudience(): boolean {
    const others = othersIn(room)
    const online = presence.getSnapshot()
    return !others || others.some((person) => online.get(person.id)?.is_online ?? true)
  }

  return {
    typing(on) {
      if (link.status.getSnapshot().phase !== 'online') return
      if (!on) {
        if (isShown) post(false)
        isShown = false
      } else if (clock.now() >= nextAt && hasAudience()) {
        isShown = true
        nextAt = clock.now() + INTERVAL_MS
        post(true)
      }
    },
    sent() {
      isShown = false
    },
  }
}
