import { type Source, source } from '../readable.ts'
import type { Clock } from '../types.ts'

/** How long a notice lasts if no other follows. */
const LAST_MS = 6000

export interface TypingNotices {
  /** The ids of the users who are typing, those who began first in front. */
  readonly users: Source<readonly string[]>
  receive(userId: string, isTyping: boolean): void
}

/** Keeps who is typing until a notice expires, or until a message of that user arrives. */
export function createTypingNotices(clock: Clock): TypingNotices {
  const until = new Map<string, number>()
  const users = source<readonly string[]>([])

  function update(): void {
    for (const [user, at] of until) if (at <= clock.now()) until.delete(user)
    const next = [...until.keys()]
    if (next.join('\n') !== users.getSnapshot().join('\n')) users.set(next)
  }

  return {
    users,
    receive(userId, isTyping) {
      if (isTyping) {
        until.set(userId, clock.now() + LAST_MS)
        clock.setTimeout(update, LAST_MS)
      } else until.delete(userId)
      update()
    },
  }
}
