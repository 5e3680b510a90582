import * as z from 'zod/mini'
import { content, described, id, metadata, position, title, titled, userId } from './fields.ts'
import type { JsonObject } from './json.ts'
import { limits } from './limits.ts'

/** Makes a type deeply readonly: code never changes what it received or sends. */
export type Wire<T> = T extends JsonObject
  ? { readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? readonly Wire<U>[] : Wire<T[K]> }
  : T extends readonly (infer U)[]
    ? readonly Wire<U>[]
    : T

/** The readonly type of a schema. */
export type Shape<S extends z.ZodMiniType> = Wire<z.output<S>>

export const time = z.string().check(z.meta({ format: 'date-time', description: 'ISO 8601, UTC.' }))

/** A user as other users see them. */
export const person = z.object({
  id: userId,
  firstname: z.string(),
  lastname: z.string(),
  email: z.string(),
  is_online: described(
    z.exactOptional(z.boolean()),
    'True if any device is connected. Only in conversations, and only if presence is on.',
  ),
  last_seen: described(
    z.exactOptional(z.nullable(time)),
    'When a device was last active; null if none ever was.',
  ),
})
export type Person = Shape<typeof person>

const entryBase = {
  id,
  conversation_id: id,
  seq: described(
    position,
    'Position in the log of the conversation: 1, 2, 3 … without holes, for entries of every kind.',
  ),
  sender_id: userId,
  created_at: time,
}

/** An entry of kind `message` with its latest content, as its reader sees it. */
export const message = z.object({
  ...entryBase,
  kind: z.literal('message'),
  content: described(z.union([content, z.literal('')]), 'Empty after the message was deleted.'),
  metadata: z.exactOptional(metadata),
  client_message_id: z.exactOptional(id),
  is_read: described(
    z.boolean(),
    "For the reader's own message: whether every other participant has read it. For any other message: whether the reader has read it.",
  ),
  read_at: described(z.exactOptional(time), 'When the read cursors that decide `is_read` last moved.'),
  edited_at: z.exactOptional(time),
  deleted_at: z.exactOptional(time),
})
export type Message = Shape<typeof message>

/** An entry that records that an earlier message was edited or deleted; `message` replaces it. */
export const messageUpdate = z.object({
  ...entryBase,
  kind: z.literal('message_updated'),
  target_seq: position,
  message: described(z.exactOptional(message), 'Absent if the message is older than `first_seq`.'),
})
export type MessageUpdate = Shape<typeof messageUpdate>

/** Where the visible part of a log begins, if the retention of messages is limited. */
export const firstSeq = described(
  z.exactOptional(position),
  'The `seq` of the first entry that still exists or, if there is none, of the next entry. Absent if nothing is ever removed.',
)

/** The fields shared by an entry about participants and its push. `participant` joined, left or became the owner. */
export const participantFields = {
  participant: person,
  removed_by: described(
    z.exactOptional(userId),
    'Only with `participant_left`: the owner who removed the participant; absent if the participant left.',
  ),
  owner_id: described(
    z.exactOptional(userId),
    'The owner of the group from this entry on; absent if the entry does not change the owner.',
  ),
}

/**
 * An entry that records that a user joined or left a group, in which case `sender_id` is the same user, or that the
 * owner made another participant the owner.
 */
export const participantChange = z.object({
  ...entryBase,
  kind: titled(z.enum(['participant_joined', 'participant_left', 'owner_changed']), 'ParticipantChangeKind'),
  ...participantFields,
})
export type ParticipantChange = Shape<typeof participantChange>

/** The entry at one `seq` of a log. */
export const logEntry = z.union([message, messageUpdate, participantChange])
export type LogEntry = Message | MessageUpdate | ParticipantChange

/** The newest message of a conversation that was not deleted. */
const lastMessage = z.extend(message, { timestamp: described(time, 'The same as `created_at`.') })

/** A conversation in the list of one of its participants. */
export const conversation = z.object({
  id,
  status: described(
    titled(z.enum(['accepted', 'pending']), 'ConversationStatus'),
    '`pending` for an unanswered invitation that the reader sent; `id` is then the id of the invitation.',
  ),
  is_group: z.boolean(),
  title: described(z.exactOptional(title), 'Only for groups that have one.'),
  owner_id: described(
    z.exactOptional(userId),
    'Only for groups: the participant who can invite users and remove participants.',
  ),
  participants: z.array(person),
  participant: described(
    person,
    'The other participant of a conversation of two. For a group, a placeholder: its `id` is the id of the group, its `firstname` is the title or else the names of the others, and the rest is empty.',
  ),
  last_message: described(
    z.nullable(titled(lastMessage, 'LastMessage')),
    'The newest message that was not deleted.',
  ),
  last_seq: position,
  unread_count: described(
    z.int().check(z.minimum(0), z.maximum(limits.unreadCount)),
    `Unread messages of other participants; counting stops at ${limits.unreadCount}.`,
  ),
  updated_at: described(
    time,
    'When the newest entry was written; for an empty log, when the conversation was created.',
  ),
})
export type Conversation = Shape<typeof conversation>

export const invitation = z.object({
  id,
  from_user: person,
  fromUser: described(person, 'The same as `from_user`.'),
  to_user: described(z.exactOptional(person), 'The invited user; only for the user who sent the invitation.'),
  message: z.string(),
  status: titled(z.enum(['pending', 'accepted', 'rejected', 'withdrawn']), 'InvitationStatus'),
  created_at: time,
  conversation_id: described(z.exactOptional(id), 'Only for invitations to a group.'),
  title: z.exactOptional(title),
})
export type Invitation = Shape<typeof invitation>
