import type { RestDeps } from '../chat/deps.ts'
import { editMessage } from '../chat/messages/edit.ts'
import type { RestHandler } from './handler.ts'

export const editMessageHandler =
  (deps: RestDeps): RestHandler<'PATCH /api/admin/chat/conversations/{id}/messages/{seq}'> =>
  async ({ user, path, body }) => ({
    message: await editMessage(deps, { conversation: path.id, seq: path.seq, user }, body),
  })
