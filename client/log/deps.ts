import type { Core } from '../core.ts'
import type { Conversations } from '../lists/conversations.ts'
import type { Drafts } from '../outbox/drafts.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Api } from '../rest/api.ts'
import type { Presence, Readable } from '../types.ts'

/** The routes that a room uses. */
export type RoomApi = Pick<
  Api,
  | 'listMessages'
  | 'markRead'
  | 'editMessage'
  | 'deleteMessage'
  | 'inviteToGroup'
  | 'leave'
  | 'removeParticipant'
  | 'setOwner'
>

/** What a room stands on. */
export interface RoomDeps {
  readonly core: Core
  readonly api: RoomApi
  readonly outbox: Omit<Outbox, 'stop'>
  readonly drafts: Drafts
  readonly conversations: Pick<Conversations, 'list' | 'find' | 'remove' | 'setUnread'>
  readonly presence: Readable<ReadonlyMap<string, Presence>>
  readonly id: string
}
