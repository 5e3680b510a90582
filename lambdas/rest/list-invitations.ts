import { receivedInvitations } from '../chat/conversations/invitations.ts'
import type { RestDeps } from '../chat/deps.ts'
import type { RestHandler } from './handler.ts'

export const listInvitationsHandler =
  (deps: RestDeps): RestHandler<'GET /api/admin/chat/invitations'> =>
  async ({ user, query }) =>
    await receivedInvitations(deps, user, query)
