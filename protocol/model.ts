import * as z from 'zod/mini'
import { content, described, id, metadata, position, title, userId } from './fields.ts'
import type { JsonObject } from './json.ts'
import { limits } from './limits.ts'

/** What goes over the wire is never changed by who holds it. */
export type Wire<T> = T extends JsonObject
  ? { readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? readonly Wire<U>[] : Wire<T[K]> }
  : T extends readonly (infer U)[]
    ? readonly Wire<U>[]
    : T

/** The type of a shape that is declared once as a schema. */
export type Shape<S extends z.ZodMiniType> = Wire<z.output<S>>

export const time = z.string().check(z.meta({ format: 'date-time', description: 'ISO 8601, UTC.' }))

/** An administrator as others see one. */
export const person = z.object({
  id: userId,
  firstname: z.string(),
  lastname: z.string(),
  email: z.string(),
  is_online: described(
    z.exactOptional(z.boolean()),
    'Whether any device is connected; only in conversations, and only where presence is on.',
  ),
  last_seen: described(
    z.exactOptional(z.nullable(time)),
    'When the last device was heard of; null if there never was one.',
  ),
})
export type Person = Shape<typeof person>

const entryBase = {
  id,
  conversation_id: id,
  seq: described(
    position,
    'Position in the log of the conversation: 1, 2, 3 … without holes, whatever the kind.',
  ),
  sender_id: userId,
  created_at: time,
}

/** An entry of kind `message`, as its reader sees it, with its latest content. */
export const message = z.object({
  ...entryBase,
  kind: z.literal('message'),
  content: described(z.union([content, z.literal('')]), 'Empty once the message was deleted.'),
  metadata: z.exactOptional(metadata),
  client_message_id: z.exactOptional(id),
  is_read: described(
    z.boolean(),
    "Of one's own message: every other participant has read it. Of another's: the reader has.",
  ),
  read_at: described(z.exactOptional(time), 'When the cursor that made it read last moved.'),
  edited_at: z.exactOptional(time),
  deleted_at: z.exactOptional(time),
})
export type Message = Shape<typeof message>

/** An entry that says that an earlier message was edited or deleted; put `message` in its place. */
export const messageUpdate = z.object({
  ...entryBase,
  kind: z.literal('message_updated'),
  target_seq: position,
  message,
})
export type MessageUpdate = Shape<typeof messageUpdate>

/** An entry that says that somebody came to a group, or left it; `sender_id` is the same person. */
export const participantChange = z.object({
  ...entryBase,
  kind: z.enum(['participant_joined', 'participant_left']),
  participant: person,
})
export type ParticipantChange = Shape<typeof participantChange>

/** What stands at one `seq` of a log. */
export const logEntry = z.union([message, messageUpdate, participantChange])
export type LogEntry = Message | MessageUpdate | ParticipantChange

/** A conversation as one of its participants lists it. */
export const conversation = z.object({
  id,
  status: described(
    z.enum(['accepted', 'pending']),
    "`pending` for an invitation that the reader sent and nobody answered yet; `id` is then the invitation's.",
  ),
  is_group: z.boolean(),
  title: described(z.exactOptional(title), 'Of a group that was given one.'),
  participants: z.array(person),
  participant: described(z.nullable(person), 'The other one of a pair; null in a group.'),
  last_message: z.nullable(message),
  last_seq: position,
  unread_count: described(
    z.int().check(z.minimum(0), z.maximum(limits.unreadCount)),
    `Messages of others that the reader has not read; counting stops at ${limits.unreadCount}.`,
  ),
  updated_at: described(time, 'When its log last grew, or when it began.'),
})
export type Conversation = Shape<typeof conversation>

export const invitation = z.object({
  id,
  from_user: person,
  message: z.string(),
  status: z.enum(['pending', 'accepted', 'rejected']),
  created_at: time,
  conversation_id: described(z.exactOptional(id), 'Of an invitation to a group.'),
  title: z.exactOptional(title),
})
export type Invitation = Shape<typeof invitation>
