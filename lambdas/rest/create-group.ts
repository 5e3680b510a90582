import { conversationFor } from '../chat/conversations/conversation.ts'
import { createGroup } from '../chat/conversations/groups.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const createGroupHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations'> =>
  async ({ user, body }) => {
    const { id, invitations } = await createGroup(deps, user, body)
    deps.audit('membership_changed', { change: 'created', user, conversation: id })
    return { conversation_id: id, conversation: await conversationFor(deps, id, user), invitations }
  }
