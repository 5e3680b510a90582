// The frames of both sides and what they contain, as types without a schema library, so that client.d.ts stands alone.
// test/client/wire.test.ts checks that they are exactly the types of protocol/.

/** A user as other users see them. */
export interface Person {
  readonly id: string
  readonly firstname: string
  readonly lastname: string
  readonly email: string
  /** Whether any device is connected. Only in conversations, and only if presence is on. */
  readonly is_online?: boolean
  /** When a device was last active, in ISO 8601; null if none ever was. */
  readonly last_seen?: string | null
}

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
/** A JSON object, as in the metadata of a message. */
export type JsonObject = { readonly [key: string]: Json }

/** What every entry of a log has. */
export interface EntryBase {
  readonly id: string
  readonly conversation_id: string
  /** Position in the log: 1, 2, 3 … without holes, for entries of every kind. */
  readonly seq: number
  readonly sender_id: string
  /** ISO 8601, UTC. */
  readonly created_at: string
}

/** A message with its latest content. */
export interface Message extends EntryBase {
  readonly kind: 'message'
  /** Empty after the message was deleted. */
  readonly content: string
  readonly metadata?: JsonObject
  readonly client_message_id?: string
  /** For the user's own message, whether every other participant has read it; otherwise, whether the user has. */
  readonly is_read: boolean
  readonly read_at?: string
  readonly edited_at?: string
  readonly deleted_at?: string
}

/** Records that an earlier message was edited or deleted; `message` replaces it. */
export interface MessageUpdate extends EntryBase {
  readonly kind: 'message_updated'
  readonly target_seq: number
  /** Absent if the message is older than `first_seq`. */
  readonly message?: Message
}

/** Records that a user joined or left a group, or became its owner. */
export interface ParticipantChange extends EntryBase {
  readonly kind: 'participant_joined' | 'participant_left' | 'owner_changed'
  readonly participant: Person
  /** Only with `participant_left`: the owner who removed the participant. */
  readonly removed_by?: string
  /** The owner of the group from this entry on; absent if the entry does not change the owner. */
  readonly owner_id?: string
}

/** The entry at one `seq` of a log. */
export type LogEntry = Message | MessageUpdate | ParticipantChange

/** A conversation in the user's list. */
export interface Conversation {
  /** For a pending invitation, the id of the invitation. */
  readonly id: string
  /** `pending` for an unanswered invitation that the user sent. */
  readonly status: 'accepted' | 'pending'
  readonly is_group: boolean
  readonly title?: string
  /** Only for groups: the participant who can invite users and remove participants. */
  readonly owner_id?: string
  readonly participants: readonly Person[]
  /** The other participant of a pair. For a group, a placeholder whose `firstname` is a title. */
  readonly participant: Person
  readonly last_message: (Message & { readonly timestamp: string }) | null
  readonly last_seq: number
  /** Unread messages of other participants; counting stops at 100. */
  readonly unread_count: number
  /** When the newest entry was written, in ISO 8601. */
  readonly updated_at: string
}

/** An invitation to a pair or, with `conversation_id`, to a group. */
export interface Invitation {
  readonly id: string
  readonly from_user: Person
  /** The same as `from_user`. */
  readonly fromUser: Person
  /** The invited user; only for the user who sent the invitation. */
  readonly to_user?: Person
  readonly message: string
  readonly status: 'pending' | 'accepted' | 'rejected' | 'withdrawn'
  readonly created_at: string
  readonly conversation_id?: string
  readonly title?: string
}

/** Why a request was refused. See docs/protocol.md. */
export type ErrorCode =
  | 'bad_request'
  | 'unknown_type'
  | 'payload_too_large'
  | 'unauthorized'
  | 'token_expired'
  | 'forbidden'
  | 'not_found'
  | 'idempotency_conflict'
  | 'already_answered'
  | 'conversation_exists'
  | 'rate_limited'
  | 'reconnect_required'
  | 'replaced'
  | 'unavailable'

interface Answer {
  readonly request_id?: string
}
interface InConversation {
  readonly conversation_id: string
}
interface Change extends InConversation {
  readonly seq: number
  readonly participant: Person
  readonly removed_by?: string
  readonly owner_id?: string
}

/** The fields of each server frame by its type. */
export interface ServerFrames {
  authenticated: Answer & {
    readonly success: true
    readonly user_id: string
    readonly connection_id: string
    readonly expires_at: string
  }
  joined_conversation: Answer &
    InConversation & {
      readonly last_seq: number
      readonly last_read_seq: number
      /** The first `seq` that still exists, if old entries are removed. */
      readonly first_seq?: number
      readonly messages?: readonly LogEntry[]
      readonly has_more?: boolean
      readonly reset?: true
    }
  left_conversation: Answer & InConversation
  message_sent: Answer &
    InConversation & {
      readonly client_message_id?: string
      readonly message: Message
      readonly duplicate?: true
    }
  marked_read: Answer & InConversation & { readonly last_read_seq: number; readonly unread_count: number }
  pong: Answer & {
    readonly time: string
    readonly heads: { readonly [conversation: string]: number }
    /** The first `seq` that still exists in each conversation, if old entries are removed. */
    readonly first_seq?: { readonly [conversation: string]: number }
  }
  new_message: InConversation & { readonly message: Message }
  message_updated: InConversation & { readonly seq: number; readonly message: Message }
  participant_joined: Change
  participant_left: Change
  owner_changed: Change
  conversation_added: { readonly conversation: Conversation }
  conversation_removed: InConversation
  conversation_updated: InConversation & {
    readonly last_seq: number
    readonly last_message?: Message | null
    readonly unread_count?: number
  }
  new_invitation: { readonly invitation: Invitation }
  invitation_sent: { readonly invitation: Invitation }
  invitation_accepted: InConversation & {
    readonly invitation_id: string
    readonly participant_id: string
    readonly conversation?: Conversation
  }
  invitation_rejected: { readonly invitation_id: string }
  invitation_answered: {
    readonly invitation_id: string
    readonly status: 'accepted' | 'rejected'
    readonly conversation_id?: string
  }
  invitation_withdrawn: { readonly invitation_id: string }
  message_read: InConversation & {
    readonly user_id: string
    readonly last_read_seq: number
    readonly read_at: string
    readonly unread_count?: number
  }
  user_typing: InConversation & { readonly user_id: string; readonly is_typing: boolean }
  user_presence: { readonly user_id: string; readonly is_online: boolean; readonly last_seen: string | null }
  error: Answer & {
    readonly code: ErrorCode
    readonly message: string
    readonly retryable: boolean
    readonly retry_after_ms?: number
  }
}

export type ServerFrameType = keyof ServerFrames
/** The server frame of one type. */
export type ServerFrameOf<T extends ServerFrameType> = { readonly type: T } & ServerFrames[T]
/** A frame from the server. */
export type ServerFrame = { [T in ServerFrameType]: ServerFrameOf<T> }[ServerFrameType]

/** The fields of each client frame by its type, without `request_id`. */
export interface ClientFrames {
  authenticate: { readonly token: string; readonly replaces?: string | undefined }
  join_conversation: InConversation & { readonly after_seq?: number }
  leave_conversation: InConversation
  send_message: InConversation & {
    readonly message: { readonly content: string; readonly metadata?: JsonObject | undefined }
    readonly client_message_id: string
  }
  mark_read: InConversation & { readonly seq: number }
  typing: InConversation & { readonly is_typing: boolean }
  ping: unknown
}

/** The answer to each client frame. */
export interface AnswerTypes {
  authenticate: 'authenticated'
  join_conversation: 'joined_conversation'
  leave_conversation: 'left_conversation'
  send_message: 'message_sent'
  mark_read: 'marked_read'
  typing: never
  ping: 'pong'
}

export type ClientFrameType = keyof ClientFrames
/** A frame to the server. */
export type ClientFrame = {
  [T in ClientFrameType]: { readonly type: T; readonly request_id?: string } & ClientFrames[T]
}[ClientFrameType]
/** The answer to a client frame of one type. */
export type AnswerTo<T extends ClientFrameType> = ServerFrameOf<AnswerTypes[T]>
