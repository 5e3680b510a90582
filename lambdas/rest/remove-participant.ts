import { removeParticipant } from '../chat/conversations/remove-participant.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const removeParticipantHandler =
  (deps: RestDeps): RestHandler<'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}'> =>
  async ({ user, path, body }) => {
    await removeParticipant(deps, { user, connection: body.connection_id }, path.id, path.user_id)
    return {}
  }
