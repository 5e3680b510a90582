import { setOwner } from '../chat/conversations/set-owner.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const setOwnerHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/owner'> =>
  async ({ user, path, body }) => {
    await setOwner(deps, { user, connection: body.connection_id }, path.id, body.user_id)
    return { owner_id: body.user_id }
  }
