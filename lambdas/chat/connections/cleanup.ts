import type { ConnectionDeps } from '../deps.ts'
import { deviceDisconnected } from './presence.ts'

/**
 * Removes every row of a connection: after `$disconnect`, after a 410, or when its user loses access. The
 * connection's own row is marked first and removed last. Once it is marked, nothing can be added to it, and
 * after a crash a later call continues. The connection leaves the user's list only after the subscriptions
 * are gone and a computation of presence is queued, because removing a user relies on that list to find
 * unfinished cleanups. A repeated or late call does nothing.
 */
export async function cleanUpConnection(deps: ConnectionDeps, id: string): Promise<void> {
  const { connections, subscriptions } = deps
  const marked = await connections.markClosing(id)
  if (!marked) return
  const { user, joined } = marked
  if (user !== undefined) {
    await Promise.all([...joined].map((conversation) => subscriptions.drop(conversation, user, id)))
    await deviceDisconnected(deps, user, id)
    await connections.removeUserConnection(user, id)
  }
  await connections.remove(id)
}
