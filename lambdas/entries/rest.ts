import { composeDeps } from '../compose.ts'
import { createInvitationHandler } from '../rest/create-invitation.ts'
import { dispatch } from '../rest/dispatch.ts'
import type { RestEvent } from '../rest/event.ts'
import { getMessagesHandler } from '../rest/get-messages.ts'
import { listConversationsHandler } from '../rest/list-conversations.ts'
import { listInvitationsHandler } from '../rest/list-invitations.ts'
import { postMessageHandler } from '../rest/post-message.ts'
import { respondToInvitationHandler } from '../rest/respond-to-invitation.ts'

const deps = composeDeps()
const handlers = {
  'POST /api/admin/chat/conversations/{id}/messages': postMessageHandler(deps),
  'GET /api/admin/chat/conversations/{id}/messages': getMessagesHandler(deps),
  'GET /api/admin/chat/conversations': listConversationsHandler(deps),
  'POST /api/admin/chat/invitations': createInvitationHandler(deps),
  'GET /api/admin/chat/invitations': listInvitationsHandler(deps),
  'PUT /api/admin/chat/invitations/{id}/respond': respondToInvitationHandler(deps),
}

/** Every REST call, unknown routes included. */
export const handler = (event: RestEvent) => dispatch(deps, handlers, event)
