import * as z from 'zod/mini'
import { type ErrorCode, errorCodes } from './errors.ts'
import { described, id, position, requestId, userId } from './fields.ts'
import { invitation, conversation as listed, logEntry, message, person, type Shape, time } from './model.ts'

const conversation_id = id
const unreadCount = listed.shape.unread_count

/** The answer to each client frame that has one; repeats its `request_id`. */
export const answerFrames = {
  authenticated: z.object({
    type: z.literal('authenticated'),
    success: z.literal(true),
    user_id: userId,
    connection_id: z.string(),
    expires_at: time,
  }),
  joined_conversation: z.object({
    type: z.literal('joined_conversation'),
    conversation_id,
    last_seq: position,
    last_read_seq: position,
    messages: described(
      z.exactOptional(z.array(logEntry)),
      'The entries that follow `after_seq`, oldest first; only when that was given.',
    ),
    has_more: z.exactOptional(z.boolean()),
    reset: described(
      z.exactOptional(z.literal(true)),
      '`after_seq` lies beyond the log: what the client holds is not of this log.',
    ),
  }),
  left_conversation: z.object({ type: z.literal('left_conversation'), conversation_id }),
  message_sent: z.object({
    type: z.literal('message_sent'),
    conversation_id,
    client_message_id: z.exactOptional(id),
    message,
    duplicate: described(
      z.exactOptional(z.literal(true)),
      'It was stored before; nothing new was stored and nobody is told again.',
    ),
  }),
  marked_read: z.object({
    type: z.literal('marked_read'),
    conversation_id,
    last_read_seq: position,
    unread_count: unreadCount,
  }),
  pong: z.object({
    type: z.literal('pong'),
    time,
    heads: described(
      z.record(z.string(), position),
      'The last `seq` of each joined conversation, by its id.',
    ),
  }),
} as const

/** What the server tells without being asked. */
export const pushFrames = {
  new_message: z.object({ type: z.literal('new_message'), conversation_id, message }),
  message_updated: z.object({
    type: z.literal('message_updated'),
    conversation_id,
    seq: described(position, 'Of the entry that says so; `message` stands at an earlier one.'),
    message,
  }),
  participant_joined: z.object({
    type: z.literal('participant_joined'),
    conversation_id,
    seq: position,
    participant: person,
  }),
  participant_left: z.object({
    type: z.literal('participant_left'),
    conversation_id,
    seq: position,
    participant: person,
  }),
  conversation_updated: z.object({
    type: z.literal('conversation_updated'),
    conversation_id,
    last_seq: position,
    last_message: described(
      z.exactOptional(z.nullable(message)),
      'Missing where the frame would have been too large.',
    ),
    unread_count: z.exactOptional(unreadCount),
  }),
  new_invitation: z.object({ type: z.literal('new_invitation'), invitation }),
  invitation_accepted: z.object({
    type: z.literal('invitation_accepted'),
    invitation_id: id,
    conversation_id,
    participant_id: described(userId, 'Who accepted.'),
    conversation: listed,
  }),
  invitation_rejected: z.object({ type: z.literal('invitation_rejected'), invitation_id: id }),
  message_read: z.object({
    type: z.literal('message_read'),
    conversation_id,
    user_id: userId,
    last_read_seq: position,
    read_at: time,
  }),
  user_typing: z.object({
    type: z.literal('user_typing'),
    conversation_id,
    user_id: userId,
    is_typing: z.boolean(),
  }),
  user_presence: z.object({
    type: z.literal('user_presence'),
    user_id: userId,
    is_online: z.boolean(),
    last_seen: z.nullable(time),
  }),
} as const

export const errorFrameShape = z.object({
  type: z.literal('error'),
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: described(z.string(), 'Names the field at fault, where one is.'),
  request_id: z.exactOptional(requestId),
  retryable: z.boolean(),
  retry_after_ms: z.exactOptional(z.int()),
})

type AnyOf<Frames extends Record<string, z.ZodMiniType>> = {
  [K in keyof Frames]: Shape<Frames[K]>
}[keyof Frames]

export type AnswerFrame = AnyOf<typeof answerFrames>
export type PushFrame = AnyOf<typeof pushFrames>
export type ErrorFrame = Shape<typeof errorFrameShape>
export type ServerFrame = AnswerFrame | PushFrame | ErrorFrame
