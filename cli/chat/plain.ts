import type { Message } from '../../client/index.ts'
import { printable } from '../../protocol/text.ts'
import type { ChatEvent } from './events.ts'

type Kind = ChatEvent['type']
type EventOf<K extends Kind> = Extract<ChatEvent, { type: K }>

type Value = string | number | undefined | null

/** The fields of an event's line, by name and in order. */
type Fields<E extends ChatEvent> = { readonly [name: string]: (event: E) => Value }

/** Reads a field directly from the event. */
const own =
  <K extends string>(name: K) =>
  (event: { readonly [N in K]?: Value }) =>
    event[name]

const conversation = own('conversation_id')
const invitation = own('invitation_id')
const last_seq = own('last_seq')
const last_read_seq = own('last_read_seq')
const unread = own('unread_count')

const aMessage: Fields<EventOf<'message' | 'edited' | 'deleted'>> = {
  conversation: ({ message }) => message.conversation_id,
  seq: ({ message }) => message.seq,
  sender: ({ message }) => message.sender_id,
}

const text = ({ message }: { readonly message: Message }) => message.content

const aParticipant: Fields<EventOf<'participant_joined' | 'participant_left' | 'owner_changed'>> = {
  conversation,
  seq: own('seq'),
  user: ({ participant }) => participant.id,
}

const lines: { readonly [K in Kind]: Fields<EventOf<K>> } = {
  signed_in: { user: own('user') },
  signed_in_again: { user: own('user'), outage_ms: own('outage_ms') },
  connection_lost: { reason: own('reason') },
  conversation: {
    number: own('number'),
    id: ({ conversation }) => conversation.id,
    status: ({ conversation }) => conversation.status,
    last_seq: ({ conversation }) => conversation.last_seq,
    unread: ({ conversation }) => conversation.unread_count,
    with: ({ conversation: { is_group, participant, participants } }) =>
      is_group ? participants.map(({ id }) => id).join(',') : participant.id,
    title: ({ conversation }) => conversation.title,
  },
  invitation: {
    number: own('number'),
    id: ({ invitation }) => invitation.id,
    from: ({ invitation }) => invitation.from_user.id,
    title: ({ invitation }) => invitation.title,
    text: ({ invitation }) => invitation.message,
  },
  opened: { conversation, last_seq, last_read_seq },
  message: { ...aMessage, time: ({ message }) => message.created_at, text },
  edited: { ...aMessage, time: ({ message }) => message.edited_at, text },
  deleted: { ...aMessage, time: ({ message }) => message.deleted_at },
  participant_joined: aParticipant,
  participant_left: aParticipant,
  owner_changed: aParticipant,
  reset: { conversation },
  skipped: { conversation },
  not_sent: { conversation, code: own('code'), reason: own('reason'), text: own('content') },
  conversation_updated: {
    conversation,
    last_seq,
    unread: own('unread'),
    text: ({ message }) => message?.content,
  },
  conversation_added: { conversation: (event) => event.conversation.id },
  conversation_removed: { conversation },
  marked_read: { conversation, seq: last_read_seq, unread },
  user_presence: {
    user: own('user_id'),
    state: ({ is_online }) => (is_online ? 'online' : 'offline'),
    last_seen: own('last_seen'),
  },
  invited: { invitation, user: own('user') },
  accepted: { invitation, conversation },
  rejected: { invitation },
  withdrawn: { invitation },
  invitation_accepted: { invitation, conversation, user: own('participant_id') },
  invitation_rejected: { invitation },
  invitation_withdrawn: { invitation },
  group_created: { conversation: (event) => event.conversation.id, invited: own('invited') },
  left: { conversation },
  person: {
    id: ({ person }) => person.id,
    name: ({ person }) => `${person.firstname} ${person.lastname}`,
    email: ({ person }) => person.email,
  },
  nothing: { of: own('of') },
  help: { usage: own('usage'), does: own('does') },
}

/** Escapes text into one line reversibly: backslashes are doubled. */
const field = (text: string) => printable(text.replaceAll('\\', '\\\\'))

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
