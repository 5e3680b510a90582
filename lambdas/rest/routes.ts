import type { RestDeps } from '../chat/deps.ts'
import { createInvitationHandler } from './create-invitation.ts'
import { getMessagesHandler } from './get-messages.ts'
import type { RestHandlers } from './handler.ts'
import { listConversationsHandler } from './list-conversations.ts'
import { listInvitationsHandler } from './list-invitations.ts'
import { postMessageHandler } from './post-message.ts'
import { respondToInvitationHandler } from './respond-to-invitation.ts'

/** The endpoint of each route. */
export const restHandlers = (deps: RestDeps): RestHandlers => ({
  'POST /api/admin/chat/conversations/{id}/messages': postMessageHandler(deps),
  'GET /api/admin/chat/conversations/{id}/messages': getMessagesHandler(deps),
  'GET /api/admin/chat/conversations': listConversationsHandler(deps),
  'POST /api/admin/chat/invitations': createInvitationHandler(deps),
  'GET /api/admin/chat/invitations': listInvitationsHandler(deps),
  'PUT /api/admin/chat/invitations/{id}/respond': respondToInvitationHandler(deps),
})
