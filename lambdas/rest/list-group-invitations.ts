import { groupInvitations } from '../chat/conversations/group-invitations.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const listGroupInvitationsHandler =
  (deps: RestDeps): RestHandler<'GET /api/admin/chat/conversations/{id}/invitations'> =>
  async ({ user, path }) => ({ invitations: await groupInvitations(deps, user, path.id) })
