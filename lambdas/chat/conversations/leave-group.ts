import { allDone } from '../../async.ts'
import type { MembershipDeps } from '../deps.ts'
import { ownConnection } from '../messages/send.ts'
import { depart, requireDeparture } from './depart.ts'
import type { Caller } from './invitations.ts'

/** Removes the caller from a group. If repeated, it does nothing and succeeds. */
export async function leaveGroup(
  deps: MembershipDeps,
  { user, connection: named }: Caller,
  id: string,
): Promise<void> {
  const [head, connection] = await allDone([deps.conversations.head(id), ownConnection(deps, user, named)])
  if (!head?.participants.has(user)) return await requireDeparture(deps, id, user, 'conversation')
  await depart(deps, head, { user, connection })
}
