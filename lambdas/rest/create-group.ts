import { createGroup } from '../chat/conversations/create-group.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const createGroupHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations'> =>
  async ({ user, body }) => {
    const { id, ...created } = await createGroup(deps, { user, connection: body.connection_id }, body)
    return { conversation_id: id, ...created }
  }
