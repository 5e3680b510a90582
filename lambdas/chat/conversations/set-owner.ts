import { notFound } from '../../../protocol/errors.ts'
import { allDone } from '../../async.ts'
import type { ConversationHead } from '../../model.ts'
import type { MembershipDeps } from '../deps.ts'
import { claim } from '../entries/commit.ts'
import { ownConnection } from '../messages/send.ts'
import type { Caller } from './invitations.ts'
import { ownerOf, requireOwner } from './ownership.ts'
import { pushChange } from './push-change.ts'

/** Makes another participant the owner of a group that the caller owns. Does nothing if that user owns it already. */
export async function setOwner(
  deps: MembershipDeps,
  { user: caller, connection: named }: Caller,
  id: string,
  user: string,
): Promise<void> {
  const [head, connection] = await allDone([deps.conversations.head(id), ownConnection(deps, caller, named)])
  if (!head?.participants.has(caller)) throw notFound('conversation')
  const isNeeded = (current: ConversationHead) => {
    const { group, participants } = current
    if (group && ownerOf(group, participants) === user) return false
    requireOwner(current, caller)
    if (!participants.has(user)) throw notFound('participant')
    return true
  }
  if (!isNeeded(head)) return
  const newEntry = { kind: 'owner_changed' as const, sender: caller, owner: user }
  const done = await claim(deps, head, newEntry, async (placed, current) =>
    isNeeded(current) ? await deps.memberships.changeOwner(id, placed) : 'unchanged',
  )
  if (typeof done !== 'object') return
  deps.audit('membership_changed', { change: 'owner', user, by: caller, conversation: id })
  await pushChange(deps, done.head, done.entry, connection)
}
