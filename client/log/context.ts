import type { LinkStatus } from '../core.ts'
import type { RequestError } from '../errors.ts'
import type { RoomDeps } from './deps.ts'
import type { LogState } from './log-state.ts'

/** What the parts of a room share. */
export interface RoomContext extends RoomDeps {
  /** The log as it is now. */
  log(): LogState
  change(next: (log: LogState) => LogState): void
}

/** A way to the server: a session, polling, or none. What was joined in one place must be joined again in another. */
export type Place = number | 'polling' | undefined

export const placeOf = ({ phase, session }: LinkStatus): Place =>
  phase === 'online' ? session : phase === 'polling' ? phase : undefined

/** Whether the server will answer the same way every time. */
export const isFinal = (error: unknown) =>
  ['not_found', 'forbidden', 'bad_request'].includes((error as RequestError).code)

/** The ids of the other participants, as far as the list knows the conversation. */
export const othersIn = ({ conversations, id, core }: RoomContext) =>
  conversations
    .find(id)
    ?.participants.map((person) => person.id)
    .filter((person) => person !== core.user.getSnapshot())
