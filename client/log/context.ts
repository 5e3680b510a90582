import type { Core } from '../core.ts'
import type { Conversations } from '../lists/conversations.ts'
import type { Drafts } from '../outbox/drafts.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Signal } from '../readable.ts'
import type { Api } from '../rest/api.ts'
import type { LogState } from '../shared.ts'
import type { Presence } from '../types.ts'

/** The routes that a room uses. */
export type RoomApi = Pick<
  Api,
  | 'listMessages'
  | 'markRead'
  | 'editMessage'
  | 'deleteMessage'
  | 'inviteToGroup'
  | 'groupInvitations'
  | 'leave'
  | 'removeParticipant'
  | 'setOwner'
>

/** What a room is made of. */
export interface RoomDeps {
  readonly core: Core
  readonly api: RoomApi
  readonly outbox: Omit<Outbox, 'stop' | 'unsent'>
  readonly drafts: Drafts
  readonly conversations: Pick<Conversations, 'list' | 'find' | 'remove' | 'setUnread'>
  readonly presence: Signal<ReadonlyMap<string, Presence>>
  readonly id: string
}

/** What the parts of a room share. */
export interface RoomContext extends RoomDeps {
  /** The log as it is now. */
  log: LogState
  /** The user no longer takes part: nothing more is read, sent or kept. */
  hasEnded: boolean
  /** Notes that the user no longer takes part. */
  end(): void
  /** Replaces the log and shows it. */
  change(log: LogState): void
}

export const phaseOf = ({ core }: RoomContext) => core.link.status().phase

/** The ids of the other participants, as far as the list knows the conversation. */
export const othersIn = ({ conversations, id, log }: RoomContext): readonly string[] | undefined =>
  conversations
    .find(id)
    ?.participants.map((person) => person.id)
    .filter((person) => person !== log.user)

/** Notes that the log goes on at least to this `seq`. */
export function raiseHead(room: RoomContext, seq = 0): void {
  if (seq > room.log.head) room.change({ ...room.log, head: seq })
}
