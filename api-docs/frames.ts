import type { FrameType } from '../protocol/routes.ts'
import type { answerFrames, pushFrames } from '../protocol/server-frames.ts'

export type AnswerType = keyof typeof answerFrames
export type PushType = keyof typeof pushFrames

interface ClientFrameText {
  readonly summary: string
  readonly answer?: AnswerType
}

/** What each client frame is for, and which frame answers it. */
export const clientTexts: Readonly<Record<FrameType, ClientFrameText>> = {
  authenticate: {
    summary: 'Proves who speaks. Again on the same connection, as the same user, it renews the token.',
    answer: 'authenticated',
  },
  join_conversation: {
    summary:
      'Asks for the messages of a conversation as they come and, with `after_seq`, for what was missed.',
    answer: 'joined_conversation',
  },
  leave_conversation: {
    summary: 'Asks for no more messages of a conversation; `conversation_updated` comes in their place.',
    answer: 'left_conversation',
  },
  send_message: {
    summary: 'Stores a message; repeated with the same `client_message_id` it stores nothing new.',
    answer: 'message_sent',
  },
  mark_read: { summary: 'Moves the read cursor forward, never back.', answer: 'marked_read' },
  typing: { summary: 'Tells the others in the conversation. Has no answer, and is never stored.' },
  ping: { summary: 'Keeps the connection, and asks for the last `seq` of what it joined.', answer: 'pong' },
}

export const answerTexts: Readonly<Record<AnswerType, string>> = {
  authenticated: 'The connection speaks for this user until `expires_at`.',
  joined_conversation: 'Messages come from now on; those that were asked for are in `messages`.',
  left_conversation: 'Messages come no more; so answered too when the conversation was not joined.',
  message_sent: 'The message is stored.',
  marked_read: 'Where the cursor stands now.',
  pong: 'Who holds less than `heads` says asks for the rest.',
}

/** Who is told what, unasked. */
export const pushTexts: Readonly<Record<PushType, string>> = {
  new_message:
    'To joined connections of the conversation but the sending one; a message sent over REST goes to every connection of the others.',
  message_updated: 'An earlier message was edited or deleted; `message` takes its place.',
  participant_joined: 'Somebody came to a group.',
  participant_left: 'Somebody left a group.',
  conversation_updated: 'For lists and badges: to participants who did not get the entry itself.',
  new_invitation: 'To every connection of the invited user.',
  invitation_accepted: 'To every connection of the inviter.',
  invitation_rejected: 'To every connection of the inviter.',
  message_read: "To joined connections of the others, and to the reader's other connections.",
  user_typing: 'To joined connections of the others.',
  user_presence: 'To connections of those who share a conversation with the user.',
}
