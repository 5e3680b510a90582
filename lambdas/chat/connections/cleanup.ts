import { allDone, concurrently } from '../../async.ts'
import type { ConnectionDeps } from '../deps.ts'
import { deviceDisconnected } from './presence.ts'

const CLEANUP_CONCURRENCY = 10

/** Connections that have joined a conversation, and the user of each. */
export interface Subscribers {
  readonly conversation: string
  readonly connections: ReadonlyMap<string, string>
}

/**
 * Removes every row of a connection: after a 410, or when its user loses access. The connection leaves the user's list
 * only after a presence task is queued, because removing a user relies on that list to find unfinished cleanups. A
 * repeated or late call does nothing.
 */
export async function cleanUpConnection(deps: ConnectionDeps, id: string): Promise<void> {
  await removeRows(deps, id, (user) => deviceDisconnected(deps, user, id))
}

/**
 * Removes the rows of a connection. The connection's own row is marked first: from then on nothing can be added to the
 * connection, and after a crash a later call continues the cleanup.
 *
 * @param disconnected called once the subscriptions are gone and before the connection leaves the user's list
 */
export async function removeRows(
  { connections, subscriptions, register }: ConnectionDeps,
  id: string,
  disconnected: (user: string) => Promise<void>,
): Promise<void> {
  const marked = await connections.markClosing(id)
  if (!marked) return
  const { user, joined, openedAt } = marked
  if (user !== undefined) {
    await allDone([...joined].map((conversation) => subscriptions.drop(conversation, user, id)))
    await disconnected(user)
    await connections.removeUserConnection(user, id)
  }
  await connections.remove(id)
  await register.remove({ id, openedAt })
}

/**
 * Cleans up connections that are gone, and only those. If a connection's own row is already gone, only the
 * participant's row may still name it, so it is removed from there too.
 */
export async function cleanUpGone(
  deps: ConnectionDeps,
  gone: readonly string[],
  subscribers?: Subscribers,
): Promise<void> {
  await concurrently(gone, CLEANUP_CONCURRENCY, async (id) => {
    await cleanUpConnection(deps, id)
    const user = subscribers?.connections.get(id)
    if (subscribers && user !== undefined) await deps.subscriptions.drop(subscribers.conversation, user, id)
  })
}
