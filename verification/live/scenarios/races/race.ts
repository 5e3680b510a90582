import type { Chat } from '../../chat/chat.ts'
import type { Database } from '../../chat/database.ts'
import type { Trial } from '../../trial.ts'

/** The environment of a race. */
export interface Race {
  readonly trial: Trial
  readonly chat: Chat
  readonly database: Database
  readonly users: readonly string[]
  /** How many races run in parallel. */
  readonly lanes: number
}

/** How much later one side of a race may start than the other. */
export const MAX_HEAD_START_MS = 12
