import { concurrently } from '../../async.ts'
import type { TaskOf } from '../../model.ts'
import type { WorkerDeps } from '../deps.ts'
import { depart } from './leave-group.ts'
import { withdrawAllOf } from './withdraw-all.ts'

const CONCURRENCY = 5
/** Few enough for one invocation of the worker, pushes included. */
const MAX_PER_TASK = 100

/**
 * Ends every conversation and invitation of a user who was removed or is no longer an administrator. What has ended is
 * no longer listed, so after a crash the next run continues.
 */
export async function dismiss(deps: WorkerDeps, { user, at }: TaskOf<'dismiss'>): Promise<void> {
  const isBack = (await deps.users.find(user))?.role === 'admin'
  const until = isBack ? at : Number.POSITIVE_INFINITY
  await withdrawAllOf(deps, user, until)
  const listed = await deps.conversations.ofUser(user)
  const ending = listed.filter(({ since }) => since === undefined || Date.parse(since) <= until)
  await concurrently(ending.slice(0, MAX_PER_TASK), CONCURRENCY, ({ id }) => endParticipation(deps, id, user))
  if (ending.length > MAX_PER_TASK) await deps.tasks.send({ task: 'dismiss', user, at })
}

/** Leaves a group. The other user of a pair keeps it, and the two can begin another one. */
async function endParticipation(deps: WorkerDeps, id: string, user: string): Promise<void> {
  const head = await deps.conversations.head(id)
  if (head?.group) return await depart(deps, head, { user })
  for (const other of head?.participants.keys() ?? []) {
    if (other !== user) await deps.invitations.unlinkPair(user, other, id)
  }
  await deps.memberships.retire(id, user)
}
