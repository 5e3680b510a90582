import { othersIn, phaseOf, type RoomContext } from './context.ts'

/** How often a typing notice is sent. */
export const TYPING_INTERVAL_MS = 5000
/** How long a notice lasts if no other notice follows. */
const LAST_MS = 6000

export interface Typing {
  /** The ids of the users who are typing, in the order in which they began; none once the room has ended. */
  users(): readonly string[]
  /** Notes that a user has begun to type, or has stopped. */
  receive(user: string | undefined, isTyping?: boolean): void
  /** Tells the others, at most every 5 s, and only while another participant may be online. */
  tell(isTyping: boolean): void
  /** Notes that a message of the user is on its way. For the others, the message ends the notice. */
  sent(): void
}

/** @param show called when `users` may have changed */
export function createTyping(room: RoomContext, show: () => void): Typing {
  const { core, id, presence } = room
  const { clock, link } = core
  /** The users who are typing, each with the timer that ends the notice. */
  const timers = new Map<string, unknown>()
  let isTold = false
  let toldAt = 0

  const hasAudience = () => othersIn(room)?.some((user) => presence().get(user)?.is_online ?? true) ?? true

  function receive(user: string | undefined, isTyping?: boolean): void {
    if (!user || user === room.log.user) return
    clock.clearTimeout(timers.get(user))
    if (isTyping)
      timers.set(
        user,
        clock.setTimeout(() => receive(user), LAST_MS),
      )
    else if (!timers.delete(user)) return
    show()
  }

  return {
    users: () => (room.hasEnded ? [] : [...timers.keys()]),
    receive,
    tell(isTyping) {
      const now = clock.now()
      // The clock may have been set back.
      const isDue = isTyping ? Math.abs(now - toldAt) >= TYPING_INTERVAL_MS && hasAudience() : isTold
      if (!isDue || phaseOf(room) !== 'online') return
      isTold = isTyping
      if (isTyping) toldAt = now
      link.send({ type: 'typing', conversation_id: id, is_typing: isTyping })
    },
    sent() {
      isTold = false
    },
  }
}
