import type { RestRoute } from '../protocol/routes.ts'
import { paragraphs } from './info.ts'

interface OperationText {
  readonly operationId: string
  readonly tag: Tag
  /** What the summary and the schemas do not say. */
  readonly description?: string
}

export type Tag = keyof typeof tags

export const tags = {
  conversations: 'What a user takes part in.',
  messages: 'The log of a conversation.',
  invitations: 'How people come together.',
  people: 'Whom one may invite.',
  health: 'Whether the chat answers.',
} as const

const idempotent =
  'Repeated with the same `client_message_id`, over REST or the socket, it stores nothing new and answers with the stored message; the same key with other content is `idempotency_conflict`.'
const ownConnection =
  "`connection_id` names the caller's own connection, which then gets no push; the caller's other connections do."

/** The name of each route, and what else is worth knowing of it. */
export const operationTexts: Readonly<Record<RestRoute, OperationText>> = {
  'GET /api/admin/chat/conversations': {
    operationId: 'listConversations',
    tag: 'conversations',
    description: 'The `cursor` of a page is opaque: give it back as it is to get the next one.',
  },
  'POST /api/admin/chat/conversations': { operationId: 'createGroup', tag: 'conversations' },
  'GET /api/admin/chat/conversations/{id}/messages': {
    operationId: 'listMessages',
    tag: 'messages',
    description:
      '`before` does not go together with `after`. To read on, give the `seq` of the first or last entry; `reset` says that `after` lies beyond the log.',
  },
  'POST /api/admin/chat/conversations/{id}/messages': {
    operationId: 'sendMessage',
    tag: 'messages',
    description: paragraphs(idempotent, ownConnection),
  },
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}': {
    operationId: 'editMessage',
    tag: 'messages',
    description: `Metadata that is absent stays as it is. ${ownConnection}`,
  },
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}': {
    operationId: 'deleteMessage',
    tag: 'messages',
  },
  'POST /api/admin/chat/conversations/{id}/mark-read': {
    operationId: 'markRead',
    tag: 'messages',
    description: 'Everything is read when `seq` is absent.',
  },
  'POST /api/admin/chat/conversations/{id}/invitations': {
    operationId: 'inviteToGroup',
    tag: 'invitations',
    description: 'One user in `to_user_id`, or several in `user_ids`.',
  },
  'POST /api/admin/chat/conversations/{id}/leave': { operationId: 'leaveGroup', tag: 'conversations' },
  'GET /api/admin/chat/invitations': { operationId: 'listInvitations', tag: 'invitations' },
  'POST /api/admin/chat/invitations': {
    operationId: 'invite',
    tag: 'invitations',
    description:
      'While an invitation between the two is pending, in either direction, inviting answers with that one. `toUserId` is another name of `to_user_id`.',
  },
  'PUT /api/admin/chat/invitations/{id}/respond': {
    operationId: 'respondToInvitation',
    tag: 'invitations',
    description:
      'Of concurrent answers one wins; repeating it gives the same result, the other answer is `already_answered`. Rejecting answers with empty `data`.',
  },
  'GET /api/admin/chat/admins/search': { operationId: 'searchAdmins', tag: 'people' },
  'GET /api/health': { operationId: 'health', tag: 'health' },
}
