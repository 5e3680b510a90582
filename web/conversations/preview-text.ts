import type { Conversation, Pending } from '../../client/index.ts'
import { isolated, shortNameOf } from '../app/names.ts'
import type { Texts } from '../text/texts.ts'

/** What one line says about a conversation. */
export interface PreviewText {
  readonly kind: 'typing' | 'draft' | 'message' | 'note'
  /** Who wrote the message, or that it is a draft. */
  readonly label?: string
  readonly text: string
  /** Why the user's own message has not left. */
  readonly state?: 'waiting' | 'notSent'
  /** When that was written, in milliseconds since 1970. */
  readonly at?: number
}

/** What a preview depends on, besides the conversation. */
export interface PreviewState {
  readonly userId: string
  readonly typing: readonly string[]
  readonly draft: string | undefined
  /** The name of the last message's sender, if known. A sender who has left is not among the participants. */
  readonly senderName: string
  /** The other user of a pair has accepted the user's invitation. */
  readonly isAccepted: boolean
  /** The user's last message, as long as the server does not have it. */
  readonly unsent: Pick<Pending, 'content' | 'status' | 'createdAt'> | undefined
}

/** Who is typing, or else what the user has begun to write or not sent, or else the last message. */
export function previewOf(conversation: Conversation, state: PreviewState, texts: Texts): PreviewText {
  const { userId, typing, draft, unsent, isAccepted } = state
  if (typing.length > 0) return { kind: 'typing', text: typingText(conversation, typing, texts) }
  if (draft?.trim()) return { kind: 'draft', label: texts.draft, text: draft }
  if (unsent) {
    const { content: text, status, createdAt: at } = unsent
    const own: PreviewText = { kind: 'message', label: texts.you, text, at }
    // A message that is being sent arrives in a moment.
    return status === 'sending' ? own : { ...own, state: status === 'failed' ? 'notSent' : 'waiting' }
  }
  const { last_message, is_group, participants, last_seq } = conversation
  if (!last_message) {
    const isAlone = is_group && participants.every(({ id }) => id === userId)
    // If the log is not empty, there were messages, which have been removed.
    const whenEmpty = isAccepted && last_seq === 0 ? texts.invitationAccepted : texts.noMessages
    return { kind: 'note', text: isAlone ? texts.waitingForOthers : whenEmpty }
  }
  const label = labelOf(conversation, last_message.sender_id, state, texts)
  const words: PreviewText = last_message.deleted_at
    ? { kind: 'note', text: texts.deletedMessage }
    : { kind: 'message', text: last_message.content }
  return label === undefined ? words : { ...words, label }
}

function labelOf(
  { is_group, participants }: Conversation,
  senderId: string,
  { userId, senderName }: PreviewState,
  texts: Texts,
): string | undefined {
  if (senderId === userId) return texts.you
  const name = shortName(participants, senderId) || senderName || texts.unknownPerson
  return is_group ? texts.says(isolated(name), '').trimEnd() : undefined
}

function typingText({ is_group, participants }: Conversation, ids: readonly string[], texts: Texts): string {
  return is_group
    ? texts.isTyping(ids.map((id) => isolated(shortName(participants, id)) || texts.unknownPerson))
    : texts.typing
}

/** Empty if the user is not among them. */
function shortName(participants: Conversation['participants'], id: string): string {
  const person = participants.find((one) => one.id === id)
  return person ? shortNameOf(person) : ''
}
