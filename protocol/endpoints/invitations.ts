import * as z from 'zod/mini'
import { described, id, invitationText, titled, userId } from '../fields.ts'
import { limits } from '../limits.ts'
import { conversation, invitation } from '../model.ts'
import { connectionId, type Endpoint, idPath, ownConnection, pageLimit } from './endpoint.ts'

export const userIds = z
  .array(userId)
  .check(
    z.minLength(1, 'must name at least one user'),
    z.maxLength(limits.groupParticipants, `must name at most ${limits.groupParticipants} users`),
  )

/** `toUserId` is another name for `to_user_id`. */
const invitee = z.object({
  to_user_id: z.optional(userId),
  toUserId: z.optional(userId),
  message: z.optional(z.nullable(invitationText)),
  connection_id: connectionId,
})

/** Requires one of these fields; the JSON Schema says the same to readers of docs/openapi.yaml. */
const requireOneOf = (...fields: readonly [string, ...string[]]) =>
  [
    z.refine<Readonly<Record<string, unknown>>>((body) => fields.some((field) => body[field] !== undefined), {
      error: 'is required',
      path: [fields[0]],
    }),
    z.meta({ anyOf: fields.map((field) => ({ required: [field] })) }),
  ] as const

const sameUser = z.refine<z.output<typeof invitee>>(
  ({ to_user_id, toUserId }) => to_user_id === undefined || toUserId === undefined || to_user_id === toUserId,
  { error: 'differs from toUserId', path: ['to_user_id'] },
)

const invite = z.pipe(
  invitee.check(sameUser, ...requireOneOf('to_user_id', 'toUserId')),
  z.transform(({ to_user_id, toUserId, message, connection_id }) => ({
    toUserId: to_user_id ?? toUserId ?? '',
    message: message ?? '',
    connection: connection_id,
  })),
)

const inviteToGroup = z.pipe(
  z
    .extend(invitee, { user_ids: z.optional(userIds) })
    .check(sameUser, ...requireOneOf('user_ids', 'to_user_id', 'toUserId')),
  z.transform(({ to_user_id, toUserId, user_ids = [], message, connection_id }) => ({
    userIds: [to_user_id ?? toUserId ?? [], user_ids].flat(),
    message: message ?? '',
    connection: connection_id,
  })),
)

/** The cursor is opaque to clients and is checked where it is read. */
const listInvitations = z.object({
  limit: pageLimit(limits.pageInvitations, 50),
  cursor: z.optional(z.string()),
})
export type ListInvitationsQuery = z.output<typeof listInvitations>

export const invitationEndpoints = {
  'GET /api/admin/chat/invitations': {
    operationId: 'listInvitations',
    tag: 'invitations',
    summary: 'The pending invitations that the caller received, newest first.',
    description: 'The `cursor` of a page is opaque: pass it unchanged to get the next page.',
    query: listInvitations,
    data: z.object({
      invitations: z.array(invitation),
      cursor: described(z.exactOptional(z.string()), 'For the next page; absent on the last one.'),
    }),
    codes: [],
  },
  'POST /api/admin/chat/invitations': {
    operationId: 'invite',
    tag: 'invitations',
    summary: 'Invites a user to a conversation of two.',
    description: `If an invitation between the two users is already pending, in either direction, the call returns that invitation. \`toUserId\` is another name for \`to_user_id\`.\n\n${ownConnection}`,
    body: invite,
    data: z.object({ invitation_id: id, invitation }),
    codes: ['not_found', 'conversation_exists', 'payload_too_large'],
  },
  'GET /api/admin/chat/conversations/{id}/invitations': {
    operationId: 'listGroupInvitations',
    tag: 'invitations',
    summary: 'The open invitations to a group that the caller owns, oldest first, with `to_user`.',
    path: idPath,
    data: z.object({ invitations: z.array(invitation) }),
    codes: ['not_found'],
  },
  'POST /api/admin/chat/conversations/{id}/invitations': {
    operationId: 'inviteToGroup',
    tag: 'invitations',
    summary: 'Invites more users to a group that the caller owns.',
    description: `The call names one user in \`to_user_id\`, or several in \`user_ids\`.\n\n${ownConnection}`,
    path: idPath,
    body: inviteToGroup,
    data: z.object({ invitations: z.array(invitation) }),
    codes: ['not_found', 'conversation_exists', 'payload_too_large'],
  },
  'PUT /api/admin/chat/invitations/{id}/respond': {
    operationId: 'respondToInvitation',
    tag: 'invitations',
    summary: 'Accepts or rejects an invitation; accepting returns the conversation.',
    description: `If answers are concurrent, one wins. Repeating that answer returns the same result; the other answer gets \`already_answered\`. Rejecting returns empty \`data\`.\n\n${ownConnection}`,
    path: idPath,
    body: z.object({
      action: titled(z.enum(['accept', 'reject']), 'InvitationAction'),
      connection_id: connectionId,
    }),
    data: z.object({ conversation_id: z.exactOptional(id), conversation: z.exactOptional(conversation) }),
    codes: ['not_found', 'already_answered', 'payload_too_large'],
  },
  'DELETE /api/admin/chat/invitations/{id}': {
    operationId: 'withdrawInvitation',
    tag: 'invitations',
    summary: 'Withdraws an open invitation that the caller sent; the call can be repeated.',
    description: ownConnection,
    path: idPath,
    body: z.object({ connection_id: connectionId }),
    data: z.object({}),
    codes: ['not_found', 'already_answered', 'payload_too_large'],
  },
} as const satisfies Record<string, Endpoint>
