import { concurrently } from '../../async.ts'
import type { ListedInvitation } from '../../model.ts'
import type { ConversationDeps, Deps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'

const END_CONCURRENCY = 10

/**
 * Selects those of a user's conversations or invitations that have to end.
 *
 * @param beganAt when one of them began, epoch milliseconds
 */
export type ToEnd = <T>(listed: readonly T[], beganAt: (one: T) => number) => Promise<readonly T[]>

/**
 * Withdraws every open invitation from and to a user who is no longer an administrator, and notifies the other user of
 * each. Can be repeated and resumed, because invitations that have ended are no longer listed.
 *
 * @param toEnd leaves out those that were sent after the user became an administrator again
 */
export async function withdrawAllOf(
  deps: ConversationDeps & Pick<Deps, 'invitations'>,
  user: string,
  toEnd: ToEnd,
): Promise<void> {
  const [{ listed: sent }, received] = await Promise.all([
    deps.invitations.sentBy(user),
    deps.invitations.allReceivedBy(user),
  ])
  const withdrawn: ListedInvitation[] = []
  const open = await toEnd([...sent, ...received], ({ createdAt }) => Date.parse(createdAt))
  await concurrently(open, END_CONCURRENCY, async (invitation) => {
    if (await deps.invitations.end(invitation, 'withdrawn')) withdrawn.push(invitation)
  })
  await pushToUsers(
    deps,
    withdrawn.map(({ id, from, to }) => ({
      user: from === user ? to : from,
      push: { type: 'invitation_withdrawn', invitation_id: id },
    })),
  )
}
