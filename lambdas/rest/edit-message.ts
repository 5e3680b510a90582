import { parseFields } from '../../protocol/fields.ts'
import { editMessage as editBody, messagePath } from '../../protocol/rest.ts'
import type { RestDeps } from '../chat/deps.ts'
import { editMessage } from '../chat/messages/edit.ts'
import type { RestHandler } from './handler.ts'

export const editMessageHandler =
  (deps: RestDeps): RestHandler<'PATCH /api/admin/chat/conversations/{id}/messages/{seq}'> =>
  async ({ user, path, body }) => {
    const { id: conversation, seq } = parseFields(messagePath, path)
    const edit = parseFields(editBody, body())
    return { message: await editMessage(deps, { conversation, seq, user }, edit) }
  }
