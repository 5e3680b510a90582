import { notFound } from '../../../protocol/errors.ts'
import type { Invitation } from '../../../protocol/model.ts'
import type { RestDeps } from '../deps.ts'
import { isOpen } from './invitations.ts'
import { openInGroup } from './invite-to-group.ts'
import { ownerOf } from './ownership.ts'
import { toInvitation } from './show-invitation.ts'

/**
 * The open invitations to a group from all senders, oldest first. Throws `not_found` unless the user owns the group.
 */
export async function groupInvitations(
  deps: RestDeps,
  user: string,
  id: string,
): Promise<readonly Invitation[]> {
  const head = await deps.conversations.head(id)
  if (!head?.group || ownerOf(head.group, head.participants) !== user) throw notFound('conversation')
  const { open } = await openInGroup(deps, id, deps.now())
  const found = await deps.invitations.findAll([...open.values()])
  // An invitation may have ended since it was listed.
  const invitations = [...found.values()].filter((invitation) => isOpen(deps, invitation))
  const people = await deps.users.findAll(invitations.flatMap(({ from, to }) => [from, to]))
  return invitations
    .sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1))
    .map((invitation) => toInvitation(invitation, people, invitation.from))
}
