import { listConversations } from '../chat/conversations/list.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const listConversationsHandler =
  (deps: RestDeps): RestHandler<'GET /api/admin/chat/conversations'> =>
  async ({ user, query }) =>
    await listConversations(deps, user, query)
