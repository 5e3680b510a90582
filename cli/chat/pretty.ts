import colors from 'picocolors'
import type { Conversation, Invitation, Message } from '../../client/index.ts'
import { printable, printableLines } from '../../protocol/text.ts'
import type { Directory } from './directory.ts'
import type { ChatEvent } from './events.ts'

type Writer = {
  readonly [K in ChatEvent['type']]: (event: Extract<ChatEvent, { type: K }>) => string | undefined
}

const { bold, cyan, dim, green, yellow } = colors

/** The indentation of every line of a message except the first. */
const INDENT = ' '.repeat(6)

/**
 * Formats events as lines for people. Returns undefined for an event that is not worth a line, for example because the
 * status line shows it.
 *
 * @param names the names of people and conversations
 */
export function createPrettyLines(
  names: Directory,
  now: () => number = Date.now,
): (event: ChatEvent) => string | undefined {
  const write: Writer = {
    signed_in: ({ user }) => green(`Signed in as ${names.person(user)}.`),
    signed_in_again: ({ outage_ms }) => green(`Reconnected after ${duration(outage_ms)}.`),
    connection_lost: ({ reason }) =>
      yellow(`Disconnected (${printable(reason)}). Messages that you write now are kept and sent later.`),
    conversation: ({ number, conversation }) => conversationLine(number, conversation),
    invitation: ({ number, invitation }) =>
      yellow(`Invitation ${number}: ${invites(invitation)}  /accept ${number}`),
    opened: ({ conversation_id, last_seq, last_read_seq }) =>
      dim(`${names.conversation(conversation_id)} is open${summary(last_seq, last_read_seq)}.`),
    message: ({ message }) =>
      `${head(message)} ${printableLines(message.content, INDENT)}${message.edited_at === undefined ? '' : dim(' (edited)')}`,
    edited: ({ message }) => `${head(message)} ${printableLines(message.content, INDENT)}${dim(' (edited)')}`,
    deleted: ({ message }) => `${head(message)} ${dim('(deleted)')}`,
    not_sent: ({ code, content, reason }) =>
      yellow(`Not sent: ${excerpt(content)} (${printable(reason || code)})  /retry or /discard`),
    participant_joined: ({ participant }) => dim(`${names.person(participant.id)} has joined.`),
    participant_left: ({ participant }) => dim(`${names.person(participant.id)} has left.`),
    owner_changed: ({ participant }) => dim(`${names.person(participant.id)} owns the group now.`),
    reset: () =>
      yellow('The server now has a different log of this conversation, which continues from here.'),
    skipped: () => dim('Some messages are left out here. /history shows them.'),
    conversation_updated: ({ conversation_id, message, unread }) =>
      dim(
        `${names.conversation(conversation_id)}: ` +
          (message && names.isMe(message.sender_id) ? 'you: ' : '') +
          (message ? excerpt(message.content) : 'new activity') +
          (unread ? ` (${unread} unread)` : ''),
      ),
    conversation_added: ({ conversation: { id } }) =>
      dim(`You are now in ${names.conversation(id)}.  /open ${id}`),
    conversation_removed: ({ conversation_id }) =>
      dim(`You are no longer in ${names.conversation(conversation_id)}.`),
    marked_read: ({ last_read_seq }) => dim(`Read up to #${last_read_seq}.`),
    user_presence: () => undefined,
    invited: ({ user }) => `${names.person(user)} is invited.`,
    accepted: () => 'Accepted.',
    rejected: () => 'Rejected.',
    withdrawn: () => 'Withdrawn.',
    invitation_accepted: ({ participant_id, conversation_id }) =>
      green(`${names.person(participant_id)} has accepted your invitation.  /open ${conversation_id}`),
    invitation_rejected: () => yellow('One of your invitations was rejected.'),
    invitation_withdrawn: () => yellow('An invitation was withdrawn.'),
    group_created: ({ conversation, invited }) =>
      green(`Created the group ${names.conversation(conversation.id)}, ${invited} invited.`),
    left: ({ conversation_id }) => `You have left ${names.conversation(conversation_id)}.`,
    person: ({ person: { id, email } }) =>
      `${names.person(id)}  ${dim(printable(id === email ? id : `${id}  ${email}`))}`,
    nothing: ({ of }) => dim(`No ${of}.`),
    help: ({ usage, does }) => `${usage.padEnd(26)} ${dim(does)}`,
  }

  function conversationLine(number: number, conversation: Conversation): string {
    const { id, is_group, last_message, participants, status, unread_count } = conversation
    return [
      bold(`${number}`.padStart(3)),
      names.conversation(id),
      status === 'pending' ? dim('invitation pending') : '',
      is_group ? dim(`group of ${participants.length}`) : '',
      unread_count > 0 ? yellow(`${unread_count} unread`) : '',
      last_message ? dim(excerpt(last_message.content)) : '',
    ]
      .filter(Boolean)
      .join('  ')
  }

  /** Without colors, the colon shows where the name ends. */
  function head({ created_at, sender_id, seq }: Message): string {
    const name = names.isMe(sender_id) ? bold(cyan('you:')) : bold(`${names.person(sender_id)}:`)
    return `${dim(`#${seq} ${clock(created_at, now())}`)} ${name}`
  }

  function invites({ from_user, message, title }: Invitation): string {
    const where = title === undefined ? '' : ` to ${printable(title)}`
    return `${names.person(from_user.id)} invites you${where}${message === '' ? '' : `: ${printable(message)}`}`
  }

  return (event) => (write[event.type] as (event: ChatEvent) => string | undefined)(event)
}

const summary = (last: number, read: number) => {
  if (last === 0) return ', no messages yet'
  return read > 0 && read < last ? `, read up to #${read}` : ''
}

export function excerpt(text: string): string {
  const characters = [...printable(text)]
  return characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : characters.join('')
}

/** A duration in the largest unit that fits. */
function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Local hours and minutes, with the date unless it is today. */
function clock(iso: string, now: number): string {
  const time = new Date(iso)
  const twoDigits = (part: number) => `${part}`.padStart(2, '0')
  const hours = `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`
  const today = time.toDateString() === new Date(now).toDateString()
  return today
    ? hours
    : `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())} ${hours}`
}
