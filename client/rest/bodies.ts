import type { Refusal } from '../failures.ts'
import type { Conversation, Invitation, JsonObject, LogEntry } from '../wire.ts'

// What is sent and received over REST, besides the types of frames.

/** Which page of a list. */
export interface PageQuery {
  readonly limit?: number
  readonly cursor?: string | undefined
  /** False if the caller repeats the call itself. */
  readonly retry?: boolean
  /** Milliseconds. @default 10,000 */
  readonly timeoutMs?: number | undefined
}

/** Which page of a log; `before` and `after` exclude each other. */
export interface LogQuery {
  readonly limit?: number
  readonly before?: number
  readonly after?: number
  readonly entries?: 'all'
}

export interface LogPage {
  readonly messages: readonly LogEntry[]
  readonly last_seq: number
  readonly last_read_seq: number
  readonly first_seq?: number
  readonly has_more: boolean
  readonly reset?: true
}

export interface ReadState {
  readonly last_read_seq: number
  readonly marked_read: number
  readonly unread_count: number
}

export interface NewMessage {
  readonly content: string
  readonly metadata?: JsonObject
  readonly client_message_id: string
}

export interface NewGroup {
  readonly title?: string
  readonly user_ids: readonly string[]
  readonly message?: string
  readonly client_request_id: string
}

export interface ConversationPage {
  readonly conversations: readonly Conversation[]
  readonly cursor?: string
}
export interface InvitationPage {
  readonly invitations: readonly Invitation[]
  readonly cursor?: string
}

/** The query of a GET, the body of other calls. What is undefined is left out. */
export interface Fields {
  readonly [name: string]: unknown
  /** Not a field of the call: false if the caller repeats it itself. */
  readonly retry?: boolean
  /** Not a field of the call: milliseconds. @default 10,000 */
  readonly timeoutMs?: number
}

/** The form of every answer that comes from the chat itself. */
export interface Envelope extends Partial<Refusal> {
  readonly success?: boolean
  readonly data?: unknown
}
