import { ChatError, notFound } from '../../../protocol/errors.ts'
import { allDone } from '../../async.ts'
import type { MembershipDeps } from '../deps.ts'
import { ownConnection } from '../messages/send.ts'
import { depart, requireDeparture } from './depart.ts'
import type { Caller } from './invitations.ts'
import { requireOwner } from './ownership.ts'

/** Removes another participant from a group that the caller owns. If repeated, it does nothing and succeeds. */
export async function removeParticipant(
  deps: MembershipDeps,
  { user: owner, connection: named }: Caller,
  id: string,
  user: string,
): Promise<void> {
  const [head, connection] = await allDone([deps.conversations.head(id), ownConnection(deps, owner, named)])
  if (!head?.participants.has(owner)) throw notFound('conversation')
  requireOwner(head, owner)
  if (user === owner) throw new ChatError('bad_request', 'user_id: is your own, leave the group instead')
  if (!head.participants.has(user)) return await requireDeparture(deps, id, user, 'participant')
  await depart(deps, head, { user, removedBy: owner, connection })
}
