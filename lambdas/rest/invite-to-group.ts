import { inviteToGroup } from '../chat/conversations/invite-to-group.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const inviteToGroupHandler =
  (deps: RestDeps): RestHandler<'POST /api/admin/chat/conversations/{id}/invitations'> =>
  async ({ user, path, body }) => ({
    invitations: await inviteToGroup(deps, { user, connection: body.connection }, path.id, body),
  })
