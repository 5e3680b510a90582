import * as z from 'zod/mini'
import { id, invitationText, userId } from '../fields.ts'
import { limits } from '../limits.ts'
import { conversation, invitation } from '../model.ts'
import { type Endpoint, idPath } from './endpoint.ts'

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
  z.transform(({ to_user_id, toUserId, message }) => ({
    toUserId: to_user_id ?? toUserId ?? '',
    message: message ?? '',
  })),
)

const inviteToGroup = z.pipe(
  z
    .extend(invitee, { user_ids: z.optional(userIds) })
    .check(sameUser, ...requireOneOf('user_ids', 'to_user_id', 'toUserId')),
  z.transform(({ to_user_id, toUserId, user_ids = [], message }) => ({
    userIds: [to_user_id ?? toUserId ?? [], user_ids].flat(),
    message: message ?? '',
  })),
)

export const invitationEndpoints = {
  'GET /api/admin/chat/invitations': {
    operationId: 'listInvitations',
    tag: 'invitations',
    summary: 'The pending invitations that the caller received.',
    data: z.object({ invitations: z.array(invitation) }),
    codes: [],
  },
  'POST /api/admin/chat/invitations': {
    operationId: 'invite',
    tag: 'invitations',
    summary: 'Invites a user to a conversation of two.',
    description:
      'While an invitation between the two is pending, in either direction, inviting returns that one. `toUserId` is another name for `to_user_id`.',
    body: invite,
    data: z.object({ invitation_id: id, invitation }),
    codes: ['not_found', 'conversation_exists', 'payload_too_large'],
  },
  'POST /api/admin/chat/conversations/{id}/invitations': {
    operationId: 'inviteToGroup',
    tag: 'invitations',
    summary: 'Invites more users to a group that the caller created.',
    description: 'One user in `to_user_id`, or several in `user_ids`.',
    path: idPath,
    body: inviteToGroup,
    data: z.object({ invitations: z.array(invitation) }),
    codes: ['not_found', 'conversation_exists', 'payload_too_large'],
  },
  'PUT /api/admin/chat/invitations/{id}/respond': {
    operationId: 'respondToInvitation',
    tag: 'invitations',
    summary: 'Accepts or rejects an invitation; accepting returns the conversation.',
    description:
      'Of concurrent answers one wins: repeating it returns the same result, the other answer gets `already_answered`. Rejecting returns empty `data`.',
    path: idPath,
    body: z.object({ action: z.enum(['accept', 'reject']) }),
    data: z.object({ conversation_id: z.exactOptional(id), conversation: z.exactOptional(conversation) }),
    codes: ['not_found', 'already_answered', 'payload_too_large'],
  },
} as const satisfies Record<string, Endpoint>
