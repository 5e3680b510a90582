import type { JsonObject } from './json.ts'

/** An administrator as others see one. */
export interface Person {
  readonly id: string
  readonly firstname: string
  readonly lastname: string
  readonly email: string
}

/** An entry of kind `message` in a conversation's log, as its reader sees it. Times are ISO 8601 UTC. */
export interface Message {
  readonly id: string
  readonly conversation_id: string
  /** Position in the conversation: 1, 2, 3 … without holes. */
  readonly seq: number
  readonly kind: 'message'
  readonly sender_id: string
  readonly content: string
  readonly metadata?: JsonObject
  readonly client_message_id?: string
  readonly created_at: string
  /** Of one's own message: every other participant has read it. Of another's: the reader has. */
  readonly is_read: boolean
  readonly read_at?: string
}

/** A conversation as one of its participants lists it. */
export interface Conversation {
  readonly id: string
  /** `pending` for an invitation that the reader sent and nobody answered yet. */
  readonly status: 'accepted' | 'pending'
  readonly participants: readonly Person[]
  /** The other one of a pair. */
  readonly participant: Person | null
  readonly last_message: Message | null
  readonly last_seq: number
  readonly unread_count: number
  readonly updated_at: string
}

export interface Invitation {
  readonly id: string
  readonly from_user: Person
  readonly message: string
  readonly status: 'pending' | 'accepted' | 'rejected'
  readonly created_at: string
}
