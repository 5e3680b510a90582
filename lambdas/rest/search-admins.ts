import { searchAdmins } from '../chat/conversations/search.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const searchAdminsHandler =
  (deps: RestDeps): RestHandler<'GET /api/admin/chat/admins/search'> =>
  async ({ user, query }) => ({ admins: await searchAdmins(deps, user, query) })
