import { limits } from '../../../protocol/limits.ts'
import type { Frame } from '../../model/receive.ts'
import type { Chat } from '../chat/chat.ts'

/** The user whose connections flood the chat. */
export const FLOODER = 'flooder'

/** The conversations that each of the flooder's connections has joined. */
export const conversations = Array.from({ length: limits.joinedConversations }, (_, n) => `flooded${n}`)
const conversationOf = (n: number) => conversations[n % conversations.length] ?? ''

/** One kind of frame. */
export interface Kind {
  /** The cost of a frame of this kind, in frames of the rate limit. */
  readonly cost: number
  readonly frame: (n: number, chat: Chat) => Frame
}

const send = (n: number, rest: Frame): Frame => ({
  type: 'send_message',
  conversation_id: conversationOf(n),
  message: { content: 'hello' },
  ...rest,
})

export const unknownType: Kind = { cost: 1, frame: () => ({ type: 'nonsense' }) }

/**
 * Every kind of frame, and the ways in which frames can be refused. `leave_conversation` comes last, because it undoes
 * the joins that the others need.
 */
export const kinds: Readonly<Record<string, Kind>> = {
  ping: { cost: 1 + conversations.length / 10, frame: () => ({ type: 'ping' }) },
  authenticate: {
    cost: 2 + conversations.length,
    frame: (_, chat) => ({ type: 'authenticate', token: chat.token(FLOODER) }),
  },
  // Each connection has already joined all of these conversations.
  join_conversation: {
    cost: 3,
    frame: (n) => ({ type: 'join_conversation', conversation_id: conversationOf(n), after_seq: 0 }),
  },
  typing: {
    cost: 1,
    frame: (n) => ({ type: 'typing', conversation_id: conversationOf(n), is_typing: true }),
  },
  mark_read: { cost: 2, frame: (n) => ({ type: 'mark_read', conversation_id: conversationOf(n), seq: 1 }) },
  // The limit for messages: ten a second for all ten connections together, in one conversation.
  'send_message, stored': { cost: 20, frame: (n) => send(0, { client_message_id: `stored${n}` }) },
  'send_message, repeated': { cost: 3, frame: (n) => send(n, { client_message_id: 'once' }) },
  'send_message, refused': { cost: 1, frame: (n) => send(n, { sender_id: 'somebody' }) },
  'unknown type': unknownType,
  malformed: { cost: 1, frame: () => ({ type: 'join_conversation', conversation_id: 7 }) },
  leave_conversation: {
    cost: 3,
    frame: (n) => ({ type: 'leave_conversation', conversation_id: conversationOf(n) }),
  },
}
