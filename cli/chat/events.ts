import type { Conversation, Invitation, LogEntry, Message, Person } from '../../protocol/model.ts'
import type { PushFrame } from '../../protocol/server-frames.ts'

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

/** The pushes that are entries of a log. */
const entryTypes = [
  'new_message',
  'message_updated',
  'participant_joined',
  'participant_left',
  'owner_changed',
] as const
type EntryFrame = Extract<PushFrame, { type: (typeof entryTypes)[number] }>

/** Events of the client itself. */
type OwnEvent =
  | Of<'signed_in' | 'signed_in_again', { user: string }>
  | Of<'connection_lost', { reason: string; pauseMs: number }>
  | Of<'conversation', { number: number; conversation: Conversation }>
  | Of<'invitation', { number: number; invitation: Invitation }>
  | Of<'opened', { conversation_id: string; last_seq: number; last_read_seq: number }>
  /** Everything shown so far belongs to a different log. */
  | Of<'reset', { conversation_id: string }>
  | Of<'invited', { user: string; invitation_id: string }>
  | Of<'accepted', { invitation_id: string; conversation?: Conversation }>
  | Of<'rejected' | 'withdrawn', { invitation_id: string }>
  | Of<'group_created', { conversation: Conversation; invited: number }>
  | Of<'person', { person: Person }>
  | Of<'marked_read', { conversation_id: string; last_read_seq: number; unread_count: number }>
  | Of<'left', { conversation_id: string }>
  | Of<'help', { usage: string; does: string }>
  /** A requested list is empty. */
  | Of<'nothing', { of: string }>

/** Everything that a view shows; one line each. */
export type ChatEvent = OwnEvent | EntryEvent | Exclude<PushFrame, EntryFrame | { type: 'new_invitation' }>

/** Receives everything that the client shows to its user. */
export interface View {
  /** A person is reading: what is shown counts as read, and opening a conversation shows its latest messages. */
  readonly interactive: boolean
  show(event: ChatEvent): void
  /** The server refused something that no caller is waiting for. */
  refused(error: unknown): void
}

/** An entry and its position in the log. */
export interface Entry {
  readonly seq: number
  readonly event: EntryEvent
}

export const isEntry = (frame: PushFrame): frame is EntryFrame =>
  (entryTypes as readonly string[]).includes(frame.type)

export function fromPush(frame: EntryFrame): Entry {
  if (frame.type === 'new_message')
    return { seq: frame.message.seq, event: messageEvent('message', frame.message) }
  if (frame.type === 'message_updated')
    return { seq: frame.seq, event: messageEvent('edited', frame.message) }
  return { seq: frame.seq, event: frame }
}

export function fromLog(entry: LogEntry): Entry {
  const { seq, conversation_id } = entry
  if (entry.kind === 'message') return { seq, event: messageEvent('message', entry) }
  if (entry.kind === 'message_updated') return { seq, event: messageEvent('edited', entry.message) }
  return { seq, event: { type: entry.kind, conversation_id, seq, participant: entry.participant } }
}

const messageEvent = (type: 'message' | 'edited', message: Message): EntryEvent => ({
  type: message.deleted_at === undefined ? type : 'deleted',
  message,
})
