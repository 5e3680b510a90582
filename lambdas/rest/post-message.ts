import type { RestDeps } from '../chat/deps.ts'
import { sendOverRest } from '../chat/messages/send.ts'
import type { RestHandler } from './handler.ts'

export const postMessageHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/messages'> =>
  async ({ user, path, body }) => ({ message: await sendOverRest(deps, user, path.id, body) })
