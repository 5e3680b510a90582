import type {
  Conversation,
  Invitation,
  Message,
  Person,
  ServerFrameOf,
  ServerFrameType,
} from '../../client/index.ts'

/** One or more event types with the same fields. */
type Of<Type extends string, Fields> = Type extends Type ? { readonly type: Type } & Readonly<Fields> : never

/** An entry of a conversation's log, as it is displayed. */
export type EntryEvent =
  /** A message as it was sent, after an edit, or after its deletion. */
  | Of<'message' | 'edited' | 'deleted', { message: Message }>
  | Of<
      'participant_joined' | 'participant_left' | 'owner_changed',
      { conversation_id: string; seq: number; participant: Person }
    >

/** Everything else that happens in the open conversation. */
type LogEvent =
  | Of<'opened', { conversation_id: string; last_seq: number; last_read_seq: number }>
  /** Everything shown so far belongs to a different log. */
  | Of<'reset', { conversation_id: string }>
  /** Entries between the last one that was shown and the next one were not loaded. */
  | Of<'skipped', { conversation_id: string }>
  /** The server has refused a message of the user for good. */
  | Of<'not_sent', { conversation_id: string; code: string; reason: string; content: string }>

/** Events of the client itself. */
type OwnEvent =
  | Of<'signed_in', { user: string }>
  | Of<'connection_lost', { reason: string }>
  | Of<'signed_in_again', { user: string; outage_ms: number }>
  | Of<'conversation', { number: number; conversation: Conversation }>
  /** `message` is the latest entry; absent if that entry is of another kind, such as an edit. */
  | Of<
      'conversation_updated',
      { conversation_id: string; last_seq: number; unread?: number; message?: Message }
    >
  | Of<'invitation', { number: number; invitation: Invitation }>
  | Of<'invited', { user: string; invitation_id: string }>
  | Of<'accepted', { invitation_id: string; conversation_id?: string }>
  | Of<'rejected' | 'withdrawn', { invitation_id: string }>
  | Of<'group_created', { conversation: Conversation; invited: number }>
  | Of<'person', { person: Person }>
  | Of<'marked_read', { conversation_id: string; last_read_seq: number; unread_count: number }>
  | Of<'left', { conversation_id: string }>
  | Of<'help', { usage: string; does: string }>
  /** A requested list is empty. */
  | Of<'nothing', { of: string }>

type FrameOf<Type extends ServerFrameType> = Type extends Type ? ServerFrameOf<Type> : never

/** Frames that are shown as they are. */
type FrameEvent = FrameOf<
  | 'conversation_added'
  | 'conversation_removed'
  | 'invitation_accepted'
  | 'invitation_rejected'
  | 'invitation_withdrawn'
  | 'user_presence'
>

/** Everything that a view shows, with one line for each event. */
export type ChatEvent = OwnEvent | LogEvent | EntryEvent | FrameEvent

/** Shows the chat to its user. */
export interface View {
  /** A person is reading: what is shown counts as read, and opening a conversation shows its latest messages. */
  readonly interactive: boolean
  show(event: ChatEvent): void
  /** Resolves with true if the user agrees. Undefined in scripts, where no user can answer. */
  confirm?(question: string): Promise<boolean>
  /** The server does not accept the token. Resolves with whether the account has another one. */
  signedOut?(reason: string): Promise<boolean>
}
