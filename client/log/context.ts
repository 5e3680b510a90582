import type { LinkStatus } from '../core.ts'
import { RequestError } from '../errors.ts'
import type { Source } from '../readable.ts'
import type { RoomDeps } from './deps.ts'
import type { LogState } from './log-state.ts'

/** What the parts of a room share. */
export interface RoomContext extends RoomDeps {
  readonly log: Source<LogState>
  /** The user's id. */
  me(): string | undefined
}

/** A way to the server: a session, polling, or none. What was joined in one place must be joined again in another. */
export type Place = number | 'polling' | undefined

export const placeOf = ({ phase, session }: LinkStatus): Place =>
  phase === 'online' ? session : phase === 'polling' ? phase : undefined

/** Whether the server will answer the same way every time. */
export const isFinal = (error: unknown) =>
  error instanceof RequestError && ['not_found', 'forbidden', 'bad_request'].includes(error.code)

/** The other participants, as far as the list knows the conversation. */
export const othersIn = ({ conversations, id, me }: RoomContext) =>
  conversations.find(id)?.participants.filter((person) => person.id !== me())
