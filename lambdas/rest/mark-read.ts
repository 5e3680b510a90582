import { parseFields } from '../../protocol/fields.ts'
import { conversationPath, markRead } from '../../protocol/rest.ts'
import type { RestDeps } from '../chat/deps.ts'
import { markReadOverRest } from '../chat/messages/mark-read.ts'
import type { RestHandler } from './handler.ts'

export const markReadHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/mark-read'> =>
  async ({ user, path, body }) => {
    const { id } = parseFields(conversationPath, path)
    const { movedAt: _, ...state } = await markReadOverRest(deps, user, id, parseFields(markRead, body()))
    return state
  }
