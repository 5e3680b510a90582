import { parseFields } from '../../protocol/fields.ts'
import { messagePath } from '../../protocol/rest.ts'
import type { RestDeps } from '../chat/deps.ts'
import { deleteMessage } from '../chat/messages/edit.ts'
import type { RestHandler } from './handler.ts'

export const deleteMessageHandler =
  (deps: RestDeps): RestHandler<'DELETE /api/admin/chat/conversations/{id}/messages/{seq}'> =>
  async ({ user, path, body }) => {
    body()
    const { id: conversation, seq } = parseFields(messagePath, path)
    return { message: await deleteMessage(deps, { conversation, seq, user }) }
  }
