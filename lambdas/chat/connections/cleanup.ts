import type { Deps } from '../deps.ts'
import { type PresenceDeps, deviceDisconnected } from './presence.ts'

export type CleanupDeps = PresenceDeps & Pick<Deps, 'connections' | 'subscriptions'>

/**
 * Removes everything that is kept of a connection: after `$disconnect`, after a 410, when its user loses the
 * right to it. The connection's own row is marked first and removed last: marked, nothing can be added to it, and
 * whoever finds the mark after a crash goes on. It leaves its user's channel only when it hears of no conversation any
 * more and somebody looks whether its user has gone: by the channel a removal of the user finds what failed half-way. A
 * repeated or late call finds nothing and does nothing.
 */
export async function cleanUpConnection(deps: CleanupDeps, id: string): Promise<void> {
  const { connections, subscriptions } = deps
  const taken = await connections.markClosing(id)
  if (!taken) return
  const { user, joined } = taken
  if (user !== undefined) {
    await Promise.all([...joined].map((conversation) => subscriptions.drop(conversation, user, id)))
    await deviceDisconnected(deps, user, id)
    await connections.removeUserConnection(user, id)
  }
  await connections.remove(id)
}
