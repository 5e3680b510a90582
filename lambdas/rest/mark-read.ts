import type { RestDeps } from '../chat/deps.ts'
import { markReadOverRest } from '../chat/messages/mark-read.ts'
import type { RestHandler } from './handler.ts'

export const markReadHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/mark-read'> =>
  async ({ user, path, body }) => {
    const { movedAt: _, ...state } = await markReadOverRest(deps, user, path.id, body)
    return state
  }
