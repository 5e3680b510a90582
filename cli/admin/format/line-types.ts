import * as z from 'zod/mini'
import { MAX_SEQ } from '../../../lambdas/stores/conversation-keys.ts'
import { id, position, requestKey, userId } from '../../../protocol/fields.ts'
import { isObject } from '../../../protocol/json.ts'

/** Must be increased if a program that reads today's files can no longer read the new files correctly. */
export const VERSION = 1

const time = z.string().check(z.refine(isTime, 'must be a time in UTC'))
const seq = position.check(z.maximum(MAX_SEQ))
const jsonObject = z.string().check(z.refine(isJsonObject, 'must be the text of a JSON object'))
const cursor = { read_seq: seq, read_at: z.exactOptional(time) }

/** What a file contains. */
export const scope = z.union([
  z.literal('all'),
  z.strictObject({ user: userId }),
  z.strictObject({ conversation: id }),
])
export type Scope = z.output<typeof scope>

/** The fields of a line, and the texts that form its place in the file. Lines are sorted by their places. */
const line = <S extends z.core.$ZodLooseShape>(
  shape: S,
  place: (line: z.output<z.ZodMiniObject<S, z.core.$loose>>) => readonly string[],
) => ({ schema: z.looseObject(shape), place })

/** The place of a line that belongs to a conversation. */
export const inConversation = (conversation: string, ...rest: readonly string[]) => [
  '3',
  conversation,
  ...rest,
]

/**
 * The types of lines, described in docs/export.md. Fields that a later version adds are kept. A new type belongs here,
 * in to-lines.ts, which reads rows, and in to-rows.ts, which writes them.
 */
export const lineTypes = {
  export: line({ version: z.literal(VERSION), scope }, () => ['0']),
  user: line(
    {
      id: userId,
      firstname: z.string(),
      lastname: z.string(),
      email: z.string(),
      role: z.string(),
      signed_out_at: z.exactOptional(position),
    },
    (user) => ['1', user.id],
  ),
  removed_user: line({ id: userId }, (user) => ['2', user.id]),
  conversation: line(
    {
      id,
      created_at: time,
      updated_at: time,
      first_seq: z.exactOptional(seq),
      first_since: z.exactOptional(time),
      first_sent: z.exactOptional(z.record(z.string(), position)),
      last_seq: seq,
      group: z.exactOptional(z.looseObject({ creator: userId, title: z.exactOptional(z.string()) })),
      owner: z.exactOptional(userId),
      former: z.exactOptional(z.array(userId)),
    },
    (conversation) => inConversation(conversation.id, '0'),
  ),
  participant: line(
    {
      conversation: id,
      user: userId,
      since: z.exactOptional(time),
      joined_seq: z.exactOptional(seq),
      ...cursor,
      read_others: position,
      last_other: z.exactOptional(z.looseObject(cursor)),
    },
    ({ conversation, user }) => inConversation(conversation, '1', user),
  ),
  left: line({ conversation: id, user: userId, seq }, ({ conversation, user }) =>
    inConversation(conversation, '2', user),
  ),
  entry: line(
    {
      conversation: id,
      seq,
      id,
      kind: z.enum(['message', 'message_updated', 'participant_joined', 'participant_left', 'owner_changed']),
      sender: userId,
      created_at: time,
      sent: z.exactOptional(z.array(z.tuple([userId, position]))),
      content: z.exactOptional(z.string()),
      metadata: z.exactOptional(jsonObject),
      client_message_id: z.exactOptional(id),
      hash_key: z.exactOptional(z.string()),
      edited_at: z.exactOptional(time),
      deleted_at: z.exactOptional(time),
      target_seq: z.exactOptional(seq),
      deletion: z.exactOptional(z.literal(true)),
      removed_by: z.exactOptional(userId),
      owner: z.exactOptional(userId),
    },
    ({ conversation, seq }) => inConversation(conversation, '3', String(seq).padStart(12, '0')),
  ),
  send: line(
    {
      conversation: id,
      sender: userId,
      client_message_id: id,
      seq,
      hash: z.exactOptional(z.string()),
    },
    ({ conversation, sender, client_message_id }) =>
      inConversation(conversation, '4', sender, client_message_id),
  ),
  invitation: line(
    {
      id,
      from: userId,
      to: userId,
      created_at: time,
      status: z.enum(['pending', 'accepted', 'rejected', 'withdrawn']),
      message: z.string(),
      expires_at: z.exactOptional(position),
      conversation: z.exactOptional(id),
      group: z.exactOptional(z.looseObject({ id, title: z.exactOptional(z.string()) })),
    },
    (invitation) => ['4', invitation.id],
  ),
  pair: line({ users: z.tuple([userId, userId]), conversation: id }, ({ users }) => ['5', ...users]),
  group_request: line(
    { user: userId, client_request_id: requestKey, group: id, hash: z.string() },
    ({ user, client_request_id }) => ['6', user, client_request_id],
  ),
  end: line({ lines: position }, () => ['7']),
} as const

type LineTypes = typeof lineTypes
export type LineType = keyof LineTypes

/** A line of a type. */
export type LineOf<T extends LineType> = { readonly type: T } & Readonly<z.output<LineTypes[T]['schema']>>
export type Line = { [T in LineType]: LineOf<T> }[LineType]

function isTime(text: string): boolean {
  return /^\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text))
  } catch {
    return false
  }
}
