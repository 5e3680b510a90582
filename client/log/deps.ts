import type { Core } from '../core.ts'
import type { Pending, Presence, Readable } from '../types.ts'
import type { Conversation, JsonObject, LogEntry, Message } from '../wire.ts'

/** A page of a log over REST. */
export interface LogPage {
  readonly messages: readonly LogEntry[]
  readonly last_seq: number
  readonly last_read_seq: number
  readonly has_more: boolean
  readonly reset?: true
}

/** The routes that a room uses. */
export interface RoomApi {
  listMessages(
    id: string,
    query: { limit?: number; before?: number; after?: number; entries?: 'all' },
  ): Promise<LogPage>
  markRead(id: string, seq: number): Promise<{ last_read_seq: number; unread_count: number }>
  editMessage(id: string, seq: number, content: string): Promise<Message>
  deleteMessage(id: string, seq: number): Promise<Message>
  inviteToGroup(id: string, userIds: readonly string[]): Promise<unknown>
  leave(id: string): Promise<unknown>
  removeParticipant(id: string, userId: string): Promise<unknown>
  setOwner(id: string, userId: string): Promise<unknown>
}

/** A message in the outbox; with `acked` once the server has stored it and until a room shows it. */
export type OutboxEntry = Pending & { readonly acked?: Message }

export interface RoomOutbox {
  of(conversationId: string): Readable<readonly OutboxEntry[]>
  send(conversationId: string, content: string, metadata?: JsonObject): { id: string; stored: Promise<void> }
  retry(conversationId: string, id: string): void
  discard(conversationId: string, id: string): void
  forget(conversationId: string, ids: readonly string[]): void
}

export interface RoomDrafts {
  of(conversationId: string): Readable<string>
  set(conversationId: string, text: string): void
  clearIf(conversationId: string, text: string): void
}

export interface RoomConversations {
  readonly list: Readable<unknown>
  find(id: string): Conversation | undefined
  remove(id: string): void
  setUnread(id: string, unread: number): void
}

/** What a room stands on. */
export interface RoomDeps {
  readonly core: Core
  readonly api: RoomApi
  readonly outbox: RoomOutbox
  readonly drafts: RoomDrafts
  readonly conversations: RoomConversations
  readonly presence: Readable<ReadonlyMap<string, Presence>>
  readonly id: string
}
