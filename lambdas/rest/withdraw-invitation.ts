import { withdraw } from '../chat/conversations/invitations.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const withdrawInvitationHandler =
  (deps: RestDeps): RestHandler<'DELETE /api/admin/chat/invitations/{id}'> =>
  async ({ user, path, body }) => {
    await withdraw(deps, { user, connection: body.connection_id }, path.id)
    return {}
  }
