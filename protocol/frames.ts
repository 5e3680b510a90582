import * as z from 'zod/mini'
import { ChatError } from './errors.ts'
import {
  content,
  described,
  id,
  metadata,
  parseFields,
  position,
  requestId,
  titled,
  userId,
} from './fields.ts'
import { frame, registry } from './frame-registry.ts'
import { parseObject } from './json.ts'
import type { AnswerFrameOf, AnswerType } from './server-frames.ts'

/** How an answer reaches the client that sent the frame. */
interface Answer {
  readonly type: AnswerType
  /**
   * `returned`: the handler returns it, and API Gateway sends it as the route response, which costs no call.
   * `posted`: the handler posts it itself, so that it is sent before the pushes to others.
   */
  readonly sent: 'returned' | 'posted'
}

const conversation_id = id

/**
 * The frames that a client may send. Routes, route responses, validators, handler types and docs/asyncapi.yaml all
 * derive from this table. Unknown fields are ignored. `answer` is null for a frame that has no answer.
 */
export const clientFrames = registry({
  authenticate: {
    summary:
      'Proves who the user is. If the same user sends it again on the same connection, it renews the token.',
    schema: frame('authenticate', {
      token: z.string(),
      replaces: described(
        z.optional(z.string()),
        'The `connection_id` of an older connection of the same user, which is then closed; any other value is ignored.',
      ),
    }),
    answer: { type: 'authenticated', sent: 'returned' },
  },
  join_conversation: {
    summary: 'Subscribes to a conversation and, with `after_seq`, returns the entries that were missed.',
    schema: frame('join_conversation', {
      conversation_id,
      after_seq: described(z.optional(position), 'The last `seq` that the client has.'),
    }),
    answer: { type: 'joined_conversation', sent: 'returned' },
  },
  leave_conversation: {
    summary:
      'Unsubscribes from a conversation; the connection gets `conversation_updated` instead of messages.',
    schema: frame('leave_conversation', { conversation_id }),
    answer: { type: 'left_conversation', sent: 'returned' },
  },
  send_message: {
    summary: 'Stores a message. A repeated frame with the same `client_message_id` stores nothing new.',
    schema: frame('send_message', {
      conversation_id,
      message: titled(
        z.object({
          content,
          metadata: z.optional(metadata),
          id: described(
            z.optional(z.unknown()),
            'May name a message already stored over REST; any other value is ignored.',
          ),
        }),
        'OutgoingMessage',
      ),
      sender_id: described(z.optional(userId), 'Must be the user of the connection.'),
      client_message_id: z.optional(id),
    }),
    answer: { type: 'message_sent', sent: 'posted' },
  },
  mark_read: {
    summary: 'Moves the read cursor forward, never back.',
    schema: frame('mark_read', { conversation_id, seq: position }),
    answer: { type: 'marked_read', sent: 'posted' },
  },
  typing: {
    summary: 'Tells the other participants that the user is typing or has stopped. Nothing is stored.',
    schema: frame('typing', { conversation_id, is_typing: z.boolean() }),
    answer: null,
  },
  ping: {
    summary:
      'Keeps the connection open and returns the last `seq` of every conversation that the connection has joined.',
    schema: frame('ping', {}),
    answer: { type: 'pong', sent: 'returned' },
  },
}) satisfies Readonly<Record<string, { readonly answer: Answer | null }>>

type ClientFrames = typeof clientFrames

export type FrameType = keyof ClientFrames
export type ClientFrame<T extends FrameType = FrameType> = z.output<ClientFrames[T]['schema']>

/** The frame that answers a frame of type `T`; `undefined` where it has no answer. */
export type AnswerTo<T extends FrameType> = ClientFrames[T]['answer'] extends { readonly type: infer A }
  ? AnswerFrameOf<A & AnswerType>
  : undefined

/** How the answer to a frame of type `T` is sent. */
export type AnswerSent<T extends FrameType> = ClientFrames[T]['answer'] extends { readonly sent: infer S }
  ? S
  : 'never'

export const frameTypes = Object.keys(clientFrames) as readonly FrameType[]

export const isFrameType = (type: string): type is FrameType => Object.hasOwn(clientFrames, type)

/** The route of frames whose type matches no other route. */
export const DEFAULT_ROUTE = '$default'

/** True if API Gateway sends the return value of the route's handler to the client. */
export const returnsAnswer = (route: string): boolean =>
  route === DEFAULT_ROUTE || (isFrameType(route) && clientFrames[route].answer?.sent === 'returned')

/** A parsed frame, or the reason it was refused; either may carry the `request_id` that the answer repeats. */
export interface Parsed {
  readonly requestId?: string
  readonly result: ClientFrame | ChatError
}

/** Parses one text frame. Never throws. */
export function parseClientFrame(text: string): Parsed {
  let request: { readonly requestId?: string } = {}
  try {
    const value = parseObject(text, 'frame')
    const { request_id } = parseFields(z.object({ request_id: z.optional(requestId) }), value)
    if (request_id !== undefined) request = { requestId: request_id }
    const { type } = parseFields(z.object({ type: z.string() }), value)
    if (!isFrameType(type)) throw new ChatError('unknown_type', 'type: no such frame type')
    const { schema } = clientFrames[type]
    return { ...request, result: parseFields(schema as z.ZodMiniType<ClientFrame>, value) }
  } catch (error) {
    if (error instanceof ChatError) return { ...request, result: error }
    throw error
  }
}
