import * as z from 'zod/mini'
import type { ErrorCode } from './errors.ts'
import { described, id, position } from './fields.ts'
import { conversation, invitation, logEntry, message, person, type Shape } from './model.ts'
import * as rest from './rest.ts'
import type { RestRoute } from './routes.ts'
import { errorFrameShape } from './server-frames.ts'

/** Everything that can be known of a REST route without reading its code. */
export interface Endpoint {
  readonly summary: string
  readonly path?: z.ZodMiniType
  readonly query?: z.ZodMiniType
  readonly body?: z.ZodMiniType
  /** What the envelope's `data` holds. */
  readonly data: z.ZodMiniType
  /** Codes that this route may answer beside those of every route. */
  readonly codes: readonly ErrorCode[]
}

/** Codes that every route but health may answer. */
export const commonCodes: readonly ErrorCode[] = ['bad_request', 'unauthorized', 'forbidden', 'unavailable']

/** The envelope of a call that was refused. */
export const failure = z.object({
  success: z.literal(false),
  code: errorFrameShape.shape.code,
  message: described(z.string(), 'Names the field at fault, where one is.'),
  retry_after_ms: described(z.exactOptional(z.int()), 'How long to wait, where known.'),
  conversation_id: described(z.exactOptional(id), 'Of `conversation_exists`: which one.'),
})

const withMessage = z.object({ message })
const conversationPath = rest.conversationPath
const messagePath = rest.messagePath

/** The shapes of every REST route; the handlers' types and docs/openapi.yaml come from here. */
export const endpoints = {
  'GET /api/admin/chat/conversations': {
    summary:
      'The conversations of the caller and the invitations that nobody answered, newest activity first.',
    query: rest.listQuery,
    data: z.object({
      conversations: z.array(conversation),
      cursor: described(z.exactOptional(z.string()), 'Where the next page begins; absent on the last one.'),
    }),
    codes: [],
  },
  'POST /api/admin/chat/conversations': {
    summary: 'Makes a group of the caller, and invites others to it.',
    body: rest.createGroup,
    data: z.object({ conversation_id: id, conversation, invitations: z.array(invitation) }),
    codes: ['not_found', 'rate_limited', 'payload_too_large'],
  },
  'GET /api/admin/chat/conversations/{id}/messages': {
    summary: 'A page of the log, oldest first: the newest entries, those before a seq, or those after it.',
    path: conversationPath,
    query: rest.historyQuery,
    data: z.object({
      messages: z.array(logEntry),
      last_seq: position,
      last_read_seq: position,
      has_more: described(z.boolean(), 'More entries in the direction that was asked for.'),
      reset: described(
        z.exactOptional(z.literal(true)),
        '`after` lies beyond the log: what the client holds is not of this log.',
      ),
    }),
    codes: ['not_found'],
  },
  'POST /api/admin/chat/conversations/{id}/messages': {
    summary: 'Stores a message, tells the others, and answers with it.',
    path: conversationPath,
    body: rest.postMessage,
    data: withMessage,
    codes: ['not_found', 'idempotency_conflict', 'rate_limited', 'payload_too_large'],
  },
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}': {
    summary: 'Gives a message of the caller other words; the change is an entry of the log itself.',
    path: messagePath,
    body: rest.editMessage,
    data: withMessage,
    codes: ['not_found', 'rate_limited', 'payload_too_large'],
  },
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}': {
    summary: 'Empties a message of the caller; its place in the log remains.',
    path: messagePath,
    data: withMessage,
    codes: ['not_found', 'rate_limited', 'payload_too_large'],
  },
  'POST /api/admin/chat/conversations/{id}/mark-read': {
    summary: 'Moves the read cursor of the caller forward, never back.',
    path: conversationPath,
    body: rest.markRead,
    data: z.object({
      last_read_seq: position,
      marked_read: described(z.int().check(z.minimum(0)), 'How many messages of others became read.'),
      unread_count: conversation.shape.unread_count,
    }),
    codes: ['not_found', 'payload_too_large'],
  },
  'POST /api/admin/chat/conversations/{id}/invitations': {
    summary: 'Invites further people to a group that the caller made.',
    path: conversationPath,
    body: rest.inviteToGroupBody,
    data: z.object({ invitations: z.array(invitation) }),
    codes: ['not_found', 'conversation_exists', 'rate_limited', 'payload_too_large'],
  },
  'POST /api/admin/chat/conversations/{id}/leave': {
    summary: 'Leaves a group for good.',
    path: conversationPath,
    data: z.object({}),
    codes: ['not_found', 'payload_too_large'],
  },
  'GET /api/admin/chat/invitations': {
    summary: 'The invitations that the caller received and did not answer yet.',
    data: z.object({ invitations: z.array(invitation) }),
    codes: [],
  },
  'POST /api/admin/chat/invitations': {
    summary: 'Invites somebody to a conversation of two.',
    body: rest.inviteBody,
    data: z.object({ invitation_id: id, invitation }),
    codes: ['not_found', 'conversation_exists', 'rate_limited', 'payload_too_large'],
  },
  'PUT /api/admin/chat/invitations/{id}/respond': {
    summary: 'Accepts or rejects an invitation; accepting answers with the conversation.',
    path: conversationPath,
    body: rest.respondToInvitation,
    data: z.object({ conversation_id: z.exactOptional(id), conversation: z.exactOptional(conversation) }),
    codes: ['not_found', 'already_answered', 'payload_too_large'],
  },
  'GET /api/admin/chat/admins/search': {
    summary: 'Other administrators whose first name, last name or e-mail begins so.',
    query: rest.searchQuery,
    data: z.object({ admins: z.array(person) }),
    codes: [],
  },
  'GET /api/health': {
    summary: 'Whether the chat answers; needs no token.',
    data: z.object({ status: z.literal('ok') }),
    codes: [],
  },
} as const satisfies Record<RestRoute, Endpoint>

type Endpoints = typeof endpoints

/** What a route answers with. */
export type DataOf<R extends RestRoute> = Shape<Endpoints[R]['data']>
