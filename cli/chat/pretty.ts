import colors from 'picocolors'
import type { Invitation, Message } from '../../protocol/model.ts'
import { printable, printableLines } from '../../protocol/text.ts'
import type { ChatEvent } from './events.ts'
import { Names } from './names.ts'

type Writer = {
  readonly [K in ChatEvent['type']]: (event: Extract<ChatEvent, { type: K }>) => string | undefined
}

const { bold, cyan, dim, green, yellow } = colors

/** Before every line of a message after its first. */
const INDENT = ' '.repeat(6)

/** How long a user counts as typing after the last report: the report that they stopped may be lost. */
const TYPING_MS = 6000

/** Formats events as lines for people, with names learned from earlier events. */
export class PrettyView {
  readonly names = new Names()
  /** When each user was last reported as typing. */
  readonly #typing = new Map<string, number>()
  readonly #now: () => number
  #lostReason: string | undefined
  #open: string | undefined

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Returns undefined if the event is not worth a line. */
  line(event: ChatEvent): string | undefined {
    this.names.learn(event)
    if (event.type === 'opened') this.#open = event.conversation_id
    if (event.type === 'left' && event.conversation_id === this.#open) this.#open = undefined
    return (this.#write[event.type] as (event: ChatEvent) => string | undefined)(event)
  }

  readonly #write: Writer = {
    signed_in: ({ user }) => green(`Signed in as ${this.names.person(user)}.`),
    signed_in_again: () => {
      this.#lostReason = undefined
      return green('Reconnected.')
    },
    connection_lost: ({ reason, pauseMs }) => {
      const retry = `retrying in ${(pauseMs / 1000).toFixed(1)} s`
      if (this.#lostReason === reason) return dim(`Still disconnected, ${retry}.`)
      this.#lostReason = reason
      return yellow(
        `Disconnected (${printable(reason)}), ${retry}. Messages you send now are kept and sent later.`,
      )
    },
    conversation: ({
      number,
      conversation: { id, status, is_group, participants, unread_count, last_message },
    }) =>
      [
        bold(`${number}`.padStart(3)),
        this.names.conversation(id),
        status === 'pending' ? dim('invitation pending') : '',
        is_group ? dim(`group of ${participants.length}`) : '',
        unread_count > 0 ? yellow(`${unread_count} unread`) : '',
        last_message ? dim(excerpt(last_message.content)) : '',
      ]
        .filter(Boolean)
        .join('  '),
    invitation: ({ number, invitation }) =>
      yellow(`Invitation ${number}: ${this.#invites(invitation)}  /accept ${number}`),
    opened: ({ conversation_id, last_seq, last_read_seq }) =>
      dim(`${this.names.conversation(conversation_id)} is open: ${summary(last_seq, last_read_seq)}.`),
    message: ({ message }) => {
      this.#typing.delete(message.sender_id)
      return `${this.#head(message)} ${printableLines(message.content, INDENT)}${message.edited_at === undefined ? '' : dim(' (edited)')}`
    },
    edited: ({ message }) =>
      `${this.#head(message)} ${printableLines(message.content, INDENT)}${dim(' (edited)')}`,
    deleted: ({ message }) => `${this.#head(message)} ${dim('deleted')}`,
    participant_joined: ({ participant }) => dim(`${this.names.person(participant.id)} has joined.`),
    participant_left: ({ participant }) => dim(`${this.names.person(participant.id)} has left.`),
    owner_changed: ({ participant }) => dim(`${this.names.person(participant.id)} owns the group now.`),
    reset: () =>
      yellow('The server has a different log of this conversation than before; it continues from here.'),
    conversation_updated: ({ conversation_id, unread_count, last_message }) =>
      dim(
        `${this.names.conversation(conversation_id)}: ${last_message ? excerpt(last_message.content) : 'new activity'}` +
          (unread_count ? ` (${unread_count} unread)` : ''),
      ),
    conversation_added: ({ conversation: { id } }) =>
      dim(`You take part in ${this.names.conversation(id)}.  /open ${id}`),
    conversation_removed: ({ conversation_id }) =>
      dim(`You no longer take part in ${this.names.conversation(conversation_id)}.`),
    message_read: ({ user_id, last_read_seq }) =>
      this.names.isMe(user_id)
        ? undefined
        : dim(`${this.names.person(user_id)} has read up to #${last_read_seq}.`),
    marked_read: ({ last_read_seq }) => dim(`Read up to #${last_read_seq}.`),
    user_typing: ({ user_id, is_typing }) => {
      const reportedAt = this.#typing.get(user_id) ?? Number.NEGATIVE_INFINITY
      if (is_typing) this.#typing.set(user_id, this.#now())
      else this.#typing.delete(user_id)
      const isNew = is_typing && this.#now() - reportedAt > TYPING_MS
      return isNew ? dim(`${this.names.person(user_id)} is typing…`) : undefined
    },
    user_presence: ({ user_id, is_online }) =>
      dim(`${this.names.person(user_id)} is ${is_online ? 'online' : 'offline'}.`),
    invited: ({ user }) => `${this.names.person(user)} is invited.`,
    accepted: ({ conversation }) => `Accepted.${conversation ? `  /open ${conversation.id}` : ''}`,
    rejected: () => 'Rejected.',
    withdrawn: () => 'Withdrawn.',
    invitation_accepted: ({ participant_id, conversation_id }) =>
      green(`${this.names.person(participant_id)} has accepted your invitation.  /open ${conversation_id}`),
    invitation_rejected: () => yellow('One of your invitations was rejected.'),
    invitation_sent: ({ invitation: { to_user } }) =>
      dim(`You have invited ${to_user ? this.names.person(to_user.id) : 'a user'} on another device.`),
    invitation_answered: ({ status }) => dim(`You have ${status} an invitation on another device.`),
    invitation_withdrawn: () => yellow('An invitation was withdrawn.'),
    group_created: ({ conversation, invited }) =>
      green(
        `Created the group ${this.names.conversation(conversation.id)}, ${invited} invited.  /open ${conversation.id}`,
      ),
    left: ({ conversation_id }) => `You have left ${this.names.conversation(conversation_id)}.`,
    person: ({ person: { id, email } }) =>
      `${this.names.person(id)}  ${dim(printable(id === email ? id : `${id}  ${email}`))}`,
    nothing: ({ of }) => dim(`No ${of}.`),
    help: ({ usage, does }) => `${usage.padEnd(26)} ${dim(does)}`,
  }

  #head({ seq, sender_id, created_at, conversation_id }: Message): string {
    const name = this.names.isMe(sender_id) ? bold(cyan('you')) : bold(this.names.person(sender_id))
    const elsewhere =
      conversation_id === this.#open ? '' : dim(`${this.names.conversation(conversation_id)} · `)
    return `${elsewhere}${dim(`#${seq} ${clock(created_at, this.#now())}`)} ${name}`
  }

  #invites({ from_user, title, message }: Invitation): string {
    const where = title === undefined ? '' : ` to ${printable(title)}`
    return `${this.names.person(from_user.id)} invites you${where}${message === '' ? '' : `: ${printable(message)}`}`
  }
}

const summary = (last: number, read: number) => {
  if (last === 0) return 'no messages yet'
  return `${last} ${last === 1 ? 'entry' : 'entries'}${read > 0 && read < last ? `, read up to #${read}` : ''}`
}

function excerpt(text: string): string {
  const characters = [...printable(text)]
  return characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : characters.join('')
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
