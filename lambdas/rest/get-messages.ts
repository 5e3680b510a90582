import type { RestDeps } from '../chat/deps.ts'
import { history } from '../chat/messages/history.ts'
import type { RestHandler } from './handler.ts'

export const getMessagesHandler =
  (deps: RestDeps): RestHandler<'GET /api/admin/chat/conversations/{id}/messages'> =>
  async ({ user, path, query }) =>
    await history(deps, user, path.id, query)
