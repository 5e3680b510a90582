import type { RestDeps } from '../chat/deps.ts'
import { createGroupHandler } from './create-group.ts'
import { createInvitationHandler } from './create-invitation.ts'
import { deleteMessageHandler } from './delete-message.ts'
import { editMessageHandler } from './edit-message.ts'
import { getMessagesHandler } from './get-messages.ts'
import type { RestHandlers } from './handler.ts'
import { inviteToGroupHandler } from './invite-to-group.ts'
import { leaveGroupHandler } from './leave-group.ts'
import { listConversationsHandler } from './list-conversations.ts'
import { listGroupInvitationsHandler } from './list-group-invitations.ts'
import { listInvitationsHandler } from './list-invitations.ts'
import { markReadHandler } from './mark-read.ts'
import { postMessageHandler } from './post-message.ts'
import { removeParticipantHandler } from './remove-participant.ts'
import { respondToInvitationHandler } from './respond-to-invitation.ts'
import { searchAdminsHandler } from './search-admins.ts'
import { setOwnerHandler } from './set-owner.ts'
import { withdrawInvitationHandler } from './withdraw-invitation.ts'

/** The handler of each route. */
export const restHandlers = (deps: RestDeps): RestHandlers => ({
  'POST /api/admin/chat/conversations/{id}/messages': postMessageHandler(deps),
  'GET /api/admin/chat/conversations/{id}/messages': getMessagesHandler(deps),
  'GET /api/admin/chat/conversations': listConversationsHandler(deps),
  'POST /api/admin/chat/conversations': createGroupHandler(deps),
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}': deleteMessageHandler(deps),
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}': editMessageHandler(deps),
  'POST /api/admin/chat/conversations/{id}/mark-read': markReadHandler(deps),
  'GET /api/admin/chat/conversations/{id}/invitations': listGroupInvitationsHandler(deps),
  'POST /api/admin/chat/conversations/{id}/invitations': inviteToGroupHandler(deps),
  'POST /api/admin/chat/conversations/{id}/leave': leaveGroupHandler(deps),
  'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}': removeParticipantHandler(deps),
  'POST /api/admin/chat/conversations/{id}/owner': setOwnerHandler(deps),
  'POST /api/admin/chat/invitations': createInvitationHandler(deps),
  'GET /api/admin/chat/invitations': listInvitationsHandler(deps),
  'PUT /api/admin/chat/invitations/{id}/respond': respondToInvitationHandler(deps),
  'DELETE /api/admin/chat/invitations/{id}': withdrawInvitationHandler(deps),
  'GET /api/admin/chat/admins/search': searchAdminsHandler(deps),
})
