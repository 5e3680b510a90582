import type { Conversation } from '../../protocol/model.ts'
import type { ChatEvent } from './events.ts'
import { field } from './text.ts'

type Kind = ChatEvent['type']
type EventOf<K extends Kind> = Extract<ChatEvent, { type: K }>

/** The fields of an event's line, by name and in order. */
type Fields<E extends ChatEvent> = {
  readonly [name: string]: (event: E) => string | number | undefined | null
}

const conversation = ({ conversation_id }: { readonly conversation_id: string }) => conversation_id

const aMessage: Fields<EventOf<'message' | 'edited' | 'deleted'>> = {
  conversation: ({ message }) => message.conversation_id,
  seq: ({ message }) => message.seq,
  sender: ({ message }) => message.sender_id,
}

const aParticipant: Fields<EventOf<'participant_joined' | 'participant_left'>> = {
  conversation,
  seq: ({ seq }) => seq,
  user: ({ participant }) => participant.id,
}

const lines: { readonly [K in Kind]: Fields<EventOf<K>> } = {
  signed_in: { user: ({ user }) => user },
  signed_in_again: { user: ({ user }) => user },
  connection_lost: { reason: ({ reason }) => reason },
  conversation: {
    number: ({ number }) => number,
    id: ({ conversation }) => conversation.id,
    status: ({ conversation }) => conversation.status,
    last_seq: ({ conversation }) => conversation.last_seq,
    unread: ({ conversation }) => conversation.unread_count,
    with: ({ conversation }) => participantIds(conversation),
    title: ({ conversation }) => conversation.title,
  },
  invitation: {
    number: ({ number }) => number,
    id: ({ invitation }) => invitation.id,
    from: ({ invitation }) => invitation.from_user.id,
    title: ({ invitation }) => invitation.title,
    text: ({ invitation }) => invitation.message,
  },
  opened: {
    conversation,
    last_seq: ({ last_seq }) => last_seq,
    last_read_seq: ({ last_read_seq }) => last_read_seq,
  },
  message: {
    ...aMessage,
    time: ({ message }) => message.created_at,
    text: ({ message }) => message.content,
  },
  edited: {
    ...aMessage,
    time: ({ message }) => message.edited_at,
    text: ({ message }) => message.content,
  },
  deleted: { ...aMessage, time: ({ message }) => message.deleted_at },
  participant_joined: aParticipant,
  participant_left: aParticipant,
  reset: { conversation },
  conversation_updated: {
    conversation,
    last_seq: ({ last_seq }) => last_seq,
    unread: ({ unread_count }) => unread_count,
    text: ({ last_message }) => last_message?.content,
  },
  message_read: {
    conversation,
    user: ({ user_id }) => user_id,
    seq: ({ last_read_seq }) => last_read_seq,
  },
  marked_read: {
    conversation,
    seq: ({ last_read_seq }) => last_read_seq,
    unread: ({ unread_count }) => unread_count,
  },
  user_typing: {
    conversation,
    user: ({ user_id }) => user_id,
    state: ({ is_typing }) => (is_typing ? 'on' : 'off'),
  },
  user_presence: {
    user: ({ user_id }) => user_id,
    state: ({ is_online }) => (is_online ? 'online' : 'offline'),
    last_seen: ({ last_seen }) => last_seen,
  },
  invited: { invitation: ({ invitation_id }) => invitation_id, user: ({ user }) => user },
  accepted: {
    invitation: ({ invitation_id }) => invitation_id,
    conversation: (event) => event.conversation?.id,
  },
  rejected: { invitation: ({ invitation_id }) => invitation_id },
  invitation_accepted: {
    invitation: ({ invitation_id }) => invitation_id,
    conversation,
    user: ({ participant_id }) => participant_id,
  },
  invitation_rejected: { invitation: ({ invitation_id }) => invitation_id },
  group_created: { conversation: (event) => event.conversation.id, invited: ({ invited }) => invited },
  left: { conversation },
  person: {
    id: ({ person }) => person.id,
    name: ({ person }) => `${person.firstname} ${person.lastname}`,
    email: ({ person }) => person.email,
  },
  nothing: { of: ({ of }) => of },
  help: { usage: ({ usage }) => usage, does: ({ does }) => does },
}

/** Formats an event as one line for programs: its type and its fields, separated by tabs. */
export function plainLine(event: ChatEvent): string {
  const values = Object.values(lines[event.type] as Fields<ChatEvent>).map((value) =>
    field(`${value(event) ?? ''}`),
  )
  return [event.type, ...values].join('\t')
}

/** Every event type with the names of its fields. */
export const plainLines = (): readonly string[] =>
  Object.entries(lines).map(([kind, fields]) => [kind, ...Object.keys(fields)].join(' '))

const participantIds = ({ participant, participants }: Conversation) =>
  participant?.id ?? participants.map(({ id }) => id).join(',')
