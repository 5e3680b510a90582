import { parseFields } from '../../protocol/fields.ts'
import { conversationPath, respondToInvitation } from '../../protocol/rest.ts'
import { accept, reject } from '../chat/conversations/invitations.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const respondToInvitationHandler =
  (deps: RestDeps): RestHandler<'PUT /api/admin/chat/invitations/{id}/respond'> =>
  async ({ user, path, body }) => {
    const { id } = parseFields(conversationPath, path)
    const { action } = parseFields(respondToInvitation, body())
    if (action === 'reject') {
      await reject(deps, user, id)
      return {}
    }
    const conversation = await accept(deps, user, id)
    return { conversation_id: conversation.id, conversation }
  }
