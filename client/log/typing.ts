import { othersIn, phaseOf, type RoomContext } from './context.ts'

/** How often the others are told. */
const INTERVAL_MS = 5000
/** How long a notice lasts if no other follows. */
const LAST_MS = 6000

export interface Typing {
  /** The ids of the users who are typing, those who began first in front. */
  users(): readonly string[]
  /** A user has begun to type, or has stopped. */
  receive(user: string, isTyping?: boolean): void
  /** Tells the others, every 5 s at most, and only while another participant may be online. */
  tell(isTyping: boolean): void
  /** A message of the user is on its way: it ends the notice for the others. */
  sent(): void
}

/** @param show called when `users` may have changed */
export function createTyping(room: RoomContext, show: () => void): Typing {
  const { core, id, presence } = room
  const { clock, link } = core
  const until = new Map<string, number>()
  let isTold = false
  let nextAt = 0

  const hasAudience = () =>
    othersIn(room)?.some((user) => presence.getSnapshot().get(user)?.is_online ?? true) ?? true

  return {
    users: () => [...until].filter(([, at]) => at > clock.now()).map(([user]) => user),
    receive(user, isTyping) {
      if (user === room.log.user) return
      if (isTyping) {
        until.set(user, clock.now() + LAST_MS)
        clock.setTimeout(show, LAST_MS)
      } else if (!until.delete(user)) return
      show()
    },
    tell(isTyping) {
      const now = clock.now()
      const isDue = isTyping ? now >= nextAt && hasAudience() : isTold
      if (!isDue || phaseOf(room) !== 'online') return
      isTold = isTyping
      if (isTyping) nextAt = now + INTERVAL_MS
      link.post('typing', { conversation_id: id, is_typing: isTyping })
    },
    sent() {
      isTold = false
    },
  }
}
