import { allDone } from '../../async.ts'
import type { ConnectionDeps, Deps } from '../deps.ts'
import { revokeUser } from './revoke.ts'

/**
 * The dismissal waits this long, so that presence is announced first: others are notified that the user is offline only
 * while they share a conversation with the user.
 */
export const DISMISSAL_DELAY_SECONDS = 5
/**
 * The dismissal runs a second time after this delay, because a call of the user that was still running may have stored
 * something. No call takes longer.
 */
const REPEAT_DELAY_SECONDS = 25
/** For this long, a container does not queue the dismissal of the same user again. */
const SEEN_MS = 10 * 60_000
/**
 * The most dismissals that one call queues, so that it does not take long if many users have lost the role at once. The
 * next call continues.
 */
const MAX_SEEN = 10

/**
 * Ends the access of a user who was removed or is no longer an administrator: closes the open connections at once, and
 * queues the end of conversations and invitations. Resolves with the number of connections found. Can be repeated if it
 * fails.
 *
 * @param at the time of the removal, by the clock of the chat
 */
export async function dismissUser(
  deps: ConnectionDeps & Pick<Deps, 'poster'>,
  user: string,
  at: number = deps.now(),
): Promise<number> {
  const ended = await revokeUser(deps, user)
  await queueDismissal(deps, user, at)
  return ended
}

/** Queues the task that ends the conversations and invitations that the user had at a given time. */
export async function queueDismissal(
  { tasks }: Pick<Deps, 'tasks'>,
  user: string,
  at: number,
): Promise<void> {
  await tasks.send({ task: 'dismiss', user, at }, DISMISSAL_DELAY_SECONDS)
  await tasks.send({ task: 'dismiss', user, at }, REPEAT_DELAY_SECONDS)
}

/**
 * Queues the dismissal of users who turn out not to be administrators when their profiles are read for another reason:
 * the role may have been changed in the table itself. Costs no read, and queues a task for the same user only once in a
 * while. Never fails. Call it only for users whom a row or a token names, never for ids that a client may have made up.
 *
 * @param readAt when the read of the profiles began
 */
export async function dismissOnSight(
  { tasks, memory, report }: Pick<Deps, 'tasks' | 'memory' | 'report'>,
  users: Iterable<string>,
  readAt: number,
): Promise<void> {
  const isNew = (user: string) => (memory.dismissals.get(user) ?? 0) + SEEN_MS <= readAt
  const seen = [...new Set(users)].filter(isNew).slice(0, MAX_SEEN)
  const queue = async (user: string) => {
    await tasks.send({ task: 'dismiss', user, at: readAt }, REPEAT_DELAY_SECONDS)
    memory.dismissals.set(user, readAt)
  }
  await allDone(seen.map(queue)).catch(report)
}
