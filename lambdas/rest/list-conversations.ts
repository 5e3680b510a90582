import { parseFields } from '../../protocol/fields.ts'
import { listQuery } from '../../protocol/rest.ts'
import { listConversations } from '../chat/conversations.ts'
import type { Deps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const listConversationsHandler =
  (deps: Deps): RestHandler =>
  async ({ user, query }) =>
    await listConversations(deps, user, parseFields(listQuery, query))
