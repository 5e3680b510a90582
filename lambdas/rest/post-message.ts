import { parseFields } from '../../protocol/fields.ts'
import { conversationPath, postMessage } from '../../protocol/rest.ts'
import type { RestDeps } from '../chat/deps.ts'
import { sendOverRest } from '../chat/messages/send.ts'
import type { RestHandler } from './handler.ts'

export const postMessageHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/messages'> =>
  async ({ user, path, body }) => {
    const { id } = parseFields(conversationPath, path)
    return { message: await sendOverRest(deps, user, id, parseFields(postMessage, body())) }
  }
