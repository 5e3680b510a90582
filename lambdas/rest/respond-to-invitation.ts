import { accept, reject } from '../chat/conversations/answers.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const respondToInvitationHandler =
  (deps: RestDeps): RestHandler<'PUT /api/admin/chat/invitations/{id}/respond'> =>
  async ({ user, path: { id }, body }) => {
    const caller = { user, connection: body.connection_id }
    if (body.action === 'reject') {
      await reject(deps, caller, id)
      return {}
    }
    const conversation = await accept(deps, caller, id)
    return { conversation_id: conversation.id, conversation }
  }
