import { parseFields } from '../../protocol/fields.ts'
import { conversationPath } from '../../protocol/rest.ts'
import { leaveGroup } from '../chat/conversations/membership.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const leaveGroupHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/leave'> =>
  async ({ user, path, body }) => {
    body()
    await leaveGroup(deps, user, parseFields(conversationPath, path).id)
    return {}
  }
