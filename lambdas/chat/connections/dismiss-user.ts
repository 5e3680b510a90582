import type { ConnectionDeps, Deps } from '../deps.ts'
import { revokeUser } from './revoke.ts'

/**
 * The dismissal waits this long because others are notified that the user is offline only while they share a
 * conversation.
 */
export const DISMISSAL_DELAY_SECONDS = 5
/** A call of the user that is still running may store something. No call takes longer than this. */
const REPEAT_DELAY_SECONDS = 25

/**
 * Ends the access of a user who was removed or is no longer an administrator: the open connections at once, and then
 * conversations and invitations. Resolves with the number of connections found. If it fails, it can be repeated.
 *
 * @param at the time by the clock of the chat
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
