import * as z from 'zod/mini'
import { type ErrorCode, errorCodes } from './errors.ts'
import { described, id, position, requestId, titled, userId } from './fields.ts'
import { frame, registry } from './frame-registry.ts'
import {
  firstSeq,
  invitation,
  conversation as listed,
  logEntry,
  message,
  participantFields,
  type Shape,
  time,
} from './model.ts'

const conversation_id = id
const unreadCount = listed.shape.unread_count

/** Answers to client frames; each repeats the `request_id` of its frame. frames.ts says which frame each answers. */
export const answerFrames = registry({
  authenticated: {
    summary: 'The connection belongs to this user until `expires_at`.',
    schema: frame('authenticated', {
      success: z.literal(true),
      user_id: userId,
      connection_id: z.string(),
      expires_at: time,
    }),
  },
  joined_conversation: {
    summary: 'New messages are pushed from now on; `messages` holds the entries that were requested.',
    schema: frame('joined_conversation', {
      conversation_id,
      last_seq: position,
      last_read_seq: position,
      first_seq: firstSeq,
      messages: described(
        z.exactOptional(z.array(logEntry)),
        'The entries after `after_seq`, oldest first; present only if the frame had `after_seq`.',
      ),
      has_more: z.exactOptional(z.boolean()),
      reset: described(
        z.exactOptional(z.literal(true)),
        'The log does not continue the entries that the client has: `after_seq` is beyond the end of the log, or before `first_seq` - 1.',
      ),
    }),
  },
  left_conversation: {
    summary:
      'Messages are no longer pushed. This is also the answer if the connection had not joined the conversation.',
    schema: frame('left_conversation', { conversation_id }),
  },
  message_sent: {
    summary: 'The message is stored.',
    schema: frame('message_sent', {
      conversation_id,
      client_message_id: z.exactOptional(id),
      message,
      duplicate: described(
        z.exactOptional(z.literal(true)),
        'The message was already stored: nothing new is stored or pushed.',
      ),
    }),
  },
  marked_read: {
    summary: 'The current read cursor.',
    schema: frame('marked_read', { conversation_id, last_read_seq: position, unread_count: unreadCount }),
  },
  pong: {
    summary:
      'The last `seq` of each joined conversation. A client that lacks entries requests them with `join_conversation`.',
    schema: frame('pong', {
      time,
      heads: described(
        z.record(z.string(), position),
        'The last `seq` of each joined conversation, by conversation id.',
      ),
      first_seq: described(
        z.exactOptional(z.record(z.string(), position)),
        'The first `seq` that still exists in each joined conversation. Absent if nothing is ever removed.',
      ),
    }),
  },
})

/** Frames that the server sends without a request. */
export const pushFrames = registry({
  new_message: {
    summary:
      'To every connection that joined the conversation, except the sending one. A message sent over REST goes to every connection of the other participants.',
    schema: frame('new_message', { conversation_id, message }),
  },
  message_updated: {
    summary: 'An earlier message was edited or deleted; `message` replaces it.',
    schema: frame('message_updated', {
      conversation_id,
      seq: described(position, 'The `seq` of the update entry; `message` has an earlier one.'),
      message,
    }),
  },
  participant_joined: {
    summary: 'A user joined a group. `participant` includes presence.',
    schema: frame('participant_joined', { conversation_id, seq: position, ...participantFields }),
  },
  participant_left: {
    summary: 'A user left a group, or the owner removed the user.',
    schema: frame('participant_left', { conversation_id, seq: position, ...participantFields }),
  },
  owner_changed: {
    summary: 'The owner of a group made another participant the owner.',
    schema: frame('owner_changed', { conversation_id, seq: position, ...participantFields }),
  },
  conversation_added: {
    summary: 'To every connection of a user who has just become a participant.',
    schema: frame('conversation_added', { conversation: listed }),
  },
  conversation_removed: {
    summary:
      'To every connection of a user who has left or was removed. After a `ping`, also to the connection if it is still joined to the conversation.',
    schema: frame('conversation_removed', { conversation_id }),
  },
  conversation_updated: {
    summary: 'For lists and badges: to participants who did not get the entry itself.',
    schema: frame('conversation_updated', {
      conversation_id,
      last_seq: position,
      last_message: described(
        z.exactOptional(z.nullable(message)),
        'The newest message that was not deleted. Absent if the frame would be too large with it.',
      ),
      unread_count: z.exactOptional(unreadCount),
    }),
  },
  new_invitation: {
    summary: 'To every connection of the invited user.',
    schema: frame('new_invitation', { invitation }),
  },
  invitation_sent: {
    summary: "To the inviter's own connections, except the one that the call names.",
    schema: frame('invitation_sent', { invitation }),
  },
  invitation_accepted: {
    summary: 'To every connection of the inviter.',
    schema: frame('invitation_accepted', {
      invitation_id: id,
      conversation_id,
      participant_id: described(userId, 'The user who accepted.'),
      conversation: described(z.exactOptional(listed), 'Absent if the frame would be too large with it.'),
    }),
  },
  invitation_rejected: {
    summary: 'To every connection of the inviter.',
    schema: frame('invitation_rejected', { invitation_id: id }),
  },
  invitation_answered: {
    summary: "To the answering user's own connections, except the one that the call names.",
    schema: frame('invitation_answered', {
      invitation_id: id,
      status: titled(z.enum(['accepted', 'rejected']), 'InvitationAnswer'),
      conversation_id: described(z.exactOptional(id), 'Only if the invitation was accepted.'),
    }),
  },
  invitation_withdrawn: {
    summary:
      "The invitation no longer exists. To every connection of the invited user, and to the inviter's own connections, except the one that the call names.",
    schema: frame('invitation_withdrawn', { invitation_id: id }),
  },
  message_read: {
    summary:
      "To the reader's other connections and, unless the group has ever had more than 10 participants, to the others' joined connections.",
    schema: frame('message_read', {
      conversation_id,
      user_id: userId,
      last_read_seq: position,
      read_at: time,
      unread_count: described(z.exactOptional(unreadCount), 'Only to connections of the reader.'),
    }),
  },
  user_typing: {
    summary: "To the other participants' joined connections.",
    schema: frame('user_typing', { conversation_id, user_id: userId, is_typing: z.boolean() }),
  },
  user_presence: {
    summary: 'To connections of users who share a conversation with the user.',
    schema: frame('user_presence', {
      user_id: userId,
      is_online: z.boolean(),
      last_seen: z.nullable(time),
    }),
  },
})

export const errorFrameShape = z.object({
  type: z.literal('error'),
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: described(z.string(), 'Names the invalid field, if there is one.'),
  request_id: z.exactOptional(requestId),
  retryable: z.boolean(),
  retry_after_ms: z.exactOptional(z.int()),
})

export type AnswerType = keyof typeof answerFrames
export type PushType = keyof typeof pushFrames

export type AnswerFrameOf<T extends AnswerType> = Shape<(typeof answerFrames)[T]['schema']>
export type AnswerFrame = { [T in AnswerType]: AnswerFrameOf<T> }[AnswerType]
export type PushFrame = { [T in PushType]: Shape<(typeof pushFrames)[T]['schema']> }[PushType]
export type ErrorFrame = Shape<typeof errorFrameShape>
export type ServerFrame = AnswerFrame | PushFrame | ErrorFrame
