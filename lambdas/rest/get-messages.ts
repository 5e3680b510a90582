import { parseHistoryQuery } from '../../protocol/rest.ts'
import type { RestDeps } from '../chat/deps.ts'
import { history } from '../chat/history.ts'
import type { RestHandler } from './handler.ts'

export const getMessagesHandler =
  (deps: RestDeps): RestHandler =>
  async ({ user, id, query }) =>
    await history(deps, user, id, parseHistoryQuery(query))
