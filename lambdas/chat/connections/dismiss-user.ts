import type { ConnectionDeps, Deps } from '../deps.ts'
import { revokeUser } from './revoke.ts'

/** By then the others have been told that the user is offline, which they are told as long as they share a conversation. */
const DISMISSAL_DELAY_SECONDS = 5
/** A call of the user that was running may still store something; no call takes longer. */
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

/** Has the worker end the conversations and invitations that the user had at a time. */
export async function queueDismissal(
  { tasks }: Pick<Deps, 'tasks'>,
  user: string,
  at: number,
): Promise<void> {
  await tasks.send({ task: 'dismiss', user, at }, DISMISSAL_DELAY_SECONDS)
  await tasks.send({ task: 'dismiss', user, at }, REPEAT_DELAY_SECONDS)
}
