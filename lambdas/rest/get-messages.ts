import { parseHistoryQuery } from '../../protocol/rest.ts'
import type { Deps } from '../chat/deps.ts'
import { history } from '../chat/history.ts'
import type { RestHandler } from './handler.ts'

export const getMessagesHandler =
  (deps: Deps): RestHandler =>
  async ({ user, id, query }) =>
    await history(deps, user, id, parseHistoryQuery(query))
