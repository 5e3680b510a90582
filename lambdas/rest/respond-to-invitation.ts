import { accept, reject } from '../chat/conversations/invitations.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const respondToInvitationHandler =
  (deps: RestDeps): RestHandler<'PUT /api/admin/chat/invitations/{id}/respond'> =>
  async ({ user, path: { id }, body }) => {
    if (body.action === 'reject') {
      await reject(deps, user, id)
      return {}
    }
    const conversation = await accept(deps, user, id)
    deps.audit('membership_changed', { change: 'joined', user, conversation: conversation.id })
    return { conversation_id: conversation.id, conversation }
  }
