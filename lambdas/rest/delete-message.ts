import type { RestDeps } from '../chat/deps.ts'
import { deleteMessage } from '../chat/messages/edit.ts'
import type { RestHandler } from './handler.ts'

export const deleteMessageHandler =
  (deps: RestDeps): RestHandler<'DELETE /api/admin/chat/conversations/{id}/messages/{seq}'> =>
  async ({ user, path, body }) => ({
    message: await deleteMessage(deps, { conversation: path.id, seq: path.seq, user }, body),
  })
