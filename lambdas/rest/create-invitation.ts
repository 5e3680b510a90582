import { invite } from '../chat/conversations/invitations.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const createInvitationHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/invitations'> =>
  async ({ user, body }) => {
    const invitation = await invite(deps, { user, connection: body.connection }, body.toUserId, body.message)
    return { invitation_id: invitation.id, invitation }
  }
