import * as z from 'zod/mini'
import { described, id, invitationText, requestKey, title, userId } from '../fields.ts'
import { limits } from '../limits.ts'
import { conversation, invitation } from '../model.ts'
import { connectionId, type Endpoint, idPath, ownConnection, pageLimit } from './endpoint.ts'
import { userIds } from './invitations.ts'

/** The cursor is opaque to clients and is checked where it is read. */
const listQuery = z.object({
  limit: pageLimit(limits.pageConversations, 50),
  cursor: z.optional(z.string()),
})
export type ListQuery = z.output<typeof listQuery>

const createGroup = z.object({
  title: z.optional(z.nullable(title)),
  user_ids: userIds,
  message: z.optional(z.nullable(invitationText)),
  client_request_id: z.optional(requestKey),
  connection_id: connectionId,
})
export type CreateGroup = z.output<typeof createGroup>

export const conversationEndpoints = {
  'GET /api/admin/chat/conversations': {
    operationId: 'listConversations',
    tag: 'conversations',
    summary:
      "The caller's conversations and the unanswered invitations that the caller sent, by newest activity.",
    description: 'The `cursor` of a page is opaque: pass it unchanged to get the next page.',
    query: listQuery,
    data: z.object({
      conversations: z.array(conversation),
      cursor: described(z.exactOptional(z.string()), 'For the next page; absent on the last one.'),
    }),
    codes: [],
  },
  'POST /api/admin/chat/conversations': {
    operationId: 'createGroup',
    tag: 'conversations',
    summary: 'Creates a group whose only participant is the caller, and invites others to it.',
    description: `The others become participants when they accept. All of \`user_ids\` must be administrators. A repeated call with the same \`client_request_id\` creates nothing new and returns the same group; a call with the same key and other content is refused with \`idempotency_conflict\`.\n\n${ownConnection}`,
    body: createGroup,
    data: z.object({ conversation_id: id, conversation, invitations: z.array(invitation) }),
    codes: ['not_found', 'idempotency_conflict', 'payload_too_large'],
  },
  'POST /api/admin/chat/conversations/{id}/leave': {
    operationId: 'leaveGroup',
    tag: 'conversations',
    summary: 'Leaves a group for good.',
    description:
      'Adds an entry `participant_left`. A pair cannot be left. Repeating the call returns the same answer.',
    path: idPath,
    body: z.object({ connection_id: connectionId }),
    data: z.object({}),
    codes: ['not_found', 'payload_too_large'],
  },
  'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}': {
    operationId: 'removeParticipant',
    tag: 'conversations',
    summary: 'Removes another participant from a group that the caller owns.',
    description: 'Repeating the call returns the same answer.',
    path: z.object({ id, user_id: userId }),
    body: z.object({ connection_id: connectionId }),
    data: z.object({}),
    codes: ['not_found', 'payload_too_large'],
  },
  'POST /api/admin/chat/conversations/{id}/owner': {
    operationId: 'setOwner',
    tag: 'conversations',
    summary: 'Makes another participant the owner of a group that the caller owns.',
    description: 'Naming the current owner changes nothing and returns the same answer.',
    path: idPath,
    body: z.object({ user_id: userId, connection_id: connectionId }),
    data: z.object({ owner_id: userId }),
    codes: ['not_found', 'payload_too_large'],
  },
} as const satisfies Record<string, Endpoint>
