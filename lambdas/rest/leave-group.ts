import { leaveGroup } from '../chat/conversations/membership.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const leaveGroupHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/leave'> =>
  async ({ user, path }) => {
    await leaveGroup(deps, user, path.id)
    deps.audit('membership_changed', { change: 'left', user, conversation: path.id })
    return {}
  }
