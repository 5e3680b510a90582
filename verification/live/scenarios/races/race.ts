import type { Chat } from '../../chat/chat.ts'
import type { Engine } from '../../chat/rows.ts'
import type { Trial } from '../../trial.ts'

/** Where races are run. */
export interface Race {
  readonly trial: Trial
  readonly chat: Chat
  readonly engine: Engine
  readonly users: readonly string[]
  /** How many at once. */
  readonly lanes: number
}

/** Long enough that no heartbeat repairs what a race has broken. */
export const pace = { heartbeat: 3_600_000, answerWithin: 5000, backOff: 50, mostBackOff: 1000 }

/** Milliseconds that either side of a race may start later than the other. */
export const HEADSTART = 12
