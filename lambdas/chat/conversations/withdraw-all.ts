import { concurrently } from '../../async.ts'
import type { ListedInvitation } from '../../model.ts'
import type { ConversationDeps, Deps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'

const END_CONCURRENCY = 10

/**
 * Withdraws every open invitation from and to a user who is no longer an administrator, and notifies the other user of
 * each. Can be repeated and resumed, because invitations that have ended are no longer listed.
 *
 * @param until the time up to which invitations are withdrawn, read after the lists, so that those that were sent after
 *   the user became an administrator again are kept
 */
export async function withdrawAllOf(
  deps: ConversationDeps & Pick<Deps, 'invitations'>,
  user: string,
  until: () => Promise<number>,
): Promise<void> {
  const [{ listed: sent }, received] = await Promise.all([
    deps.invitations.sentBy(user),
    deps.invitations.allReceivedBy(user),
  ])
  const withdrawn: ListedInvitation[] = []
  const last = await until()
  const open = [...sent, ...received].filter(({ createdAt }) => Date.parse(createdAt) <= last)
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
