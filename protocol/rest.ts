import * as z from 'zod/mini'
import { ChatError } from './errors.ts'
import {
  content,
  described,
  id,
  invitationText,
  metadata,
  parseFields,
  position,
  title,
  userId,
} from './fields.ts'
import { limits } from './limits.ts'

/** A whole number in a path or a query string. */
const count = (least: number, most: number) =>
  z.pipe(
    z.pipe(z.string().check(z.regex(/^\d{1,16}$/, 'must be a whole number')), z.transform(Number)),
    z.int().check(z.minimum(least), z.maximum(most)),
  )

const seq = count(1, Number.MAX_SAFE_INTEGER)

/** The variables of a path. */
export const conversationPath = z.object({ id })
export const messagePath = z.object({ id, seq })

/** API Gateway's ids end in `=`. */
const connection_id = described(
  z.optional(z.string().check(z.maxLength(128))),
  "The caller's own connection, which then needs no push.",
)

/** `POST …/messages` */
export const postMessage = z.object({
  content,
  metadata: z.optional(metadata),
  client_message_id: z.optional(id),
  connection_id,
})
export type PostMessage = z.output<typeof postMessage>

/** `PATCH …/messages/:seq`; metadata that is absent stays as it is. */
export const editMessage = z.object({ content, metadata: z.optional(metadata), connection_id })
export type EditMessage = z.output<typeof editMessage>

/** `POST …/mark-read`: everything when `seq` is absent. */
export const markRead = z.object({ seq: z.optional(position), connection_id })
export type MarkRead = z.output<typeof markRead>

/** `PUT …/invitations/:id/respond` */
export const respondToInvitation = z.object({ action: z.enum(['accept', 'reject']) })

const users = z
  .array(userId)
  .check(
    z.minLength(1, 'must name at least one user'),
    z.maxLength(limits.groupParticipants, `must name at most ${limits.groupParticipants} users`),
  )

/** `POST …/conversations` */
export const createGroup = z.object({
  title: z.optional(z.nullable(title)),
  user_ids: users,
  message: z.optional(z.nullable(invitationText)),
})
export type CreateGroup = z.output<typeof createGroup>

const invitee = {
  to_user_id: z.optional(userId),
  toUserId: z.optional(userId),
  message: z.optional(z.nullable(invitationText)),
}

/** Which fields name the invited, for who reads the schema; the parsers below see to it. */
const naming = (...fields: readonly string[]) =>
  z.meta({ anyOf: fields.map((field) => ({ required: [field] })) })

export const inviteBody = z.object(invitee).check(naming('to_user_id', 'toUserId'))
export const inviteToGroupBody = z
  .object({ ...invitee, user_ids: z.optional(users) })
  .check(naming('to_user_id', 'toUserId', 'user_ids'))

/** `POST …/invitations`; `toUserId` is accepted for `to_user_id`. */
export function parseInvite(body: unknown): { readonly toUserId: string; readonly message: string } {
  const parsed = parseFields(inviteBody, body)
  const to = oneOf(parsed)
  if (to === undefined) throw new ChatError('bad_request', 'to_user_id: is required')
  return { toUserId: to, message: parsed.message ?? '' }
}

/** `POST …/conversations/:id/invitations`: one user as above, or several in `user_ids`. */
export function parseInviteToGroup(body: unknown): {
  readonly userIds: readonly string[]
  readonly message: string
} {
  const parsed = parseFields(inviteToGroupBody, body)
  const one = oneOf(parsed)
  const userIds = [...(one === undefined ? [] : [one]), ...(parsed.user_ids ?? [])]
  if (userIds.length === 0) throw new ChatError('bad_request', 'user_ids: is required')
  return { userIds, message: parsed.message ?? '' }
}

function oneOf(body: z.output<typeof inviteBody>): string | undefined {
  const { to_user_id, toUserId } = body
  if (to_user_id !== undefined && toUserId !== undefined && to_user_id !== toUserId) {
    throw new ChatError('bad_request', 'to_user_id: differs from toUserId')
  }
  return to_user_id ?? toUserId
}

export const historyQuery = z.object({
  limit: z._default(count(1, limits.pageMessages), 50),
  before: z.optional(seq),
  after: z.optional(count(0, Number.MAX_SAFE_INTEGER)),
})
export type HistoryQuery = z.output<typeof historyQuery>

/** `GET …/messages` */
export function parseHistoryQuery(query: unknown): HistoryQuery {
  const parsed = parseFields(historyQuery, query)
  if (parsed.before !== undefined && parsed.after !== undefined) {
    throw new ChatError('bad_request', 'before: does not go together with after')
  }
  return parsed
}

/** `GET …/conversations`: a cursor is opaque to clients and checked where it is read. */
export const listQuery = z.object({
  limit: z._default(count(1, limits.pageConversations), 50),
  cursor: z.optional(z.string()),
})
export type ListQuery = z.output<typeof listQuery>

/** `GET …/admins/search` */
export const searchQuery = z.object({
  q: z
    .string()
    .check(
      z.minLength(limits.searchLeast, `must be at least ${limits.searchLeast} characters`),
      z.maxLength(limits.searchMost, `must be at most ${limits.searchMost} characters`),
    ),
  limit: z._default(count(1, limits.pageAdmins), 10),
})
export type SearchQuery = z.output<typeof searchQuery>
