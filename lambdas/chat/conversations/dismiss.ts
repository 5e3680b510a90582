import { allDone, concurrently } from '../../async.ts'
import type { Listed, TaskOf } from '../../model.ts'
import { DISMISSAL_DELAY_SECONDS } from '../connections/dismiss-user.ts'
import { revokeUser } from '../connections/revoke.ts'
import type { WorkerDeps } from '../deps.ts'
import { depart } from './depart.ts'
import { type ToEnd, withdrawAllOf } from './withdraw-all.ts'

const CONCURRENCY = 5
/** Few enough for one invocation of the worker, pushes included. */
const MAX_PER_TASK = 100

/**
 * Ends every conversation and invitation of a user who was removed or is no longer an administrator. Everything that
 * has ended is no longer listed, so after a crash the next run continues. A conversation that cannot be ended does not
 * stop the others. If the user still has open connections, closes them first and continues a little later, because
 * others are notified that the user is offline only while they share a conversation with the user.
 */
export async function dismiss(deps: WorkerDeps, { user, at }: TaskOf<'dismiss'>): Promise<void> {
  const role = async () => (await deps.users.find(user))?.role
  const open = await deps.connections.openConnections(user)
  if (open.length > 0 && (await role()) !== 'admin') {
    await revokeUser(deps, user)
    return await deps.tasks.send({ task: 'dismiss', user, at }, DISMISSAL_DELAY_SECONDS)
  }
  let isLogged = false
  const toEnd: ToEnd = async (listed, beganAt) => {
    if (listed.length === 0) return []
    // The role is read after the list, so that this never ends anything that began after the user got the role back.
    const current = await role()
    const ending = listed.filter((one) => current !== 'admin' || beganAt(one) <= at)
    if (ending.length > 0 && !isLogged) {
      isLogged = true
      deps.audit('role_changed', { user, role: current })
    }
    return ending
  }
  await allDone([withdrawAllOf(deps, user, toEnd), endParticipations(deps, { user, at }, toEnd)])
}

async function endParticipations(
  deps: WorkerDeps,
  { user, at }: TaskOf<'dismiss'>,
  toEnd: ToEnd,
): Promise<void> {
  const ending = await toEnd(await deps.conversations.ofUser(user), ({ since }) =>
    since === undefined ? 0 : Date.parse(since),
  )
  const failures: unknown[] = []
  await concurrently(ending.slice(0, MAX_PER_TASK), CONCURRENCY, (one) =>
    endParticipation(deps, one, user).catch((error) => void failures.push(error)),
  )
  if (ending.length > MAX_PER_TASK) await deps.tasks.send({ task: 'dismiss', user, at })
  // After an error, the queue runs the task again.
  if (failures.length > 0) throw failures[0]
}

/**
 * Leaves a group, or makes the user a former participant of a pair. The other user keeps the pair, and the two users
 * can begin another one.
 */
async function endParticipation(deps: WorkerDeps, { id, since }: Listed, user: string): Promise<void> {
  for (;;) {
    const head = await deps.conversations.head(id)
    const current = await deps.conversations.listed(user, id)
    // This participation has ended. The user may have got the role back and joined again.
    if (!head?.participants.has(user) || current?.since !== since) return
    if (head.group) return await depart(deps, head, { user })
    for (const other of head.participants.keys()) {
      if (other !== user) await deps.invitations.unlinkPair(user, other, id)
    }
    if (await deps.memberships.retire(id, user, head.participants)) {
      deps.audit('membership_changed', { change: 'left', user, conversation: id })
      return
    }
    // The user's read cursor has moved, or the other user was dismissed at the same time: try again.
  }
}
