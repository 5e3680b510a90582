import * as z from 'zod/mini'
import { ChatError } from './errors.ts'
import { content, id, invitationText, metadata, parseFields, userId } from './fields.ts'
import { limits } from './limits.ts'

/** The variable of a path. */
export const path = z.object({ id })

/** `POST …/messages` */
export const postMessage = z.object({
  content,
  metadata: z.optional(metadata),
  client_message_id: z.optional(id),
  /** The caller's own connection, which then needs no push; API Gateway's ids end in `=`. */
  connection_id: z.optional(z.string().check(z.maxLength(128))),
})
export type PostMessage = z.output<typeof postMessage>

/** `PUT …/invitations/:id/respond` */
export const respondToInvitation = z.object({ action: z.enum(['accept', 'reject']) })

const inviteBody = z.object({
  to_user_id: z.optional(userId),
  toUserId: z.optional(userId),
  message: z.optional(z.nullable(invitationText)),
})

/** `POST …/invitations`; `toUserId` is accepted for `to_user_id`. */
export function parseInvite(body: unknown): { readonly toUserId: string; readonly message: string } {
  const { to_user_id, toUserId, message } = parseFields(inviteBody, body)
  const to = to_user_id ?? toUserId
  if (to === undefined) throw new ChatError('bad_request', 'to_user_id: is required')
  if (toUserId !== undefined && toUserId !== to) {
    throw new ChatError('bad_request', 'to_user_id: differs from toUserId')
  }
  return { toUserId: to, message: message ?? '' }
}

/** A whole number in a query string. */
const count = (least: number, most: number) =>
  z.pipe(
    z.pipe(z.string().check(z.regex(/^\d{1,16}$/, 'must be a whole number')), z.transform(Number)),
    z.int().check(z.minimum(least), z.maximum(most)),
  )

const historyQuery = z.object({
  limit: z._default(count(1, limits.pageMessages), 50),
  before: z.optional(count(1, Number.MAX_SAFE_INTEGER)),
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
  cursor: z.optional(z.string().check(z.maxLength(512))),
})
