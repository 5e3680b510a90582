import { leaveGroup } from '../chat/conversations/leave-group.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const leaveGroupHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/leave'> =>
  async ({ user, path, body }) => {
    await leaveGroup(deps, { user, connection: body.connection_id }, path.id)
    return {}
  }
