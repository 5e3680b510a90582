import type { Deps } from './deps.ts'

type Stores = Pick<Deps, 'connections' | 'joins'>

/**
 * Removes everything that is kept of a connection: after `$disconnect`, after a 410, when its user loses the
 * right to it. The connection's own row is marked first and removed last: marked, nothing can be added to it, and
 * whoever finds the mark after a crash goes on. A repeated or late call finds nothing and does nothing.
 */
export async function forgetConnection({ connections, joins }: Stores, id: string): Promise<void> {
  const taken = await connections.take(id)
  if (!taken) return
  const { user, joined } = taken
  if (user !== undefined) {
    await Promise.all([
      connections.leaveChannel(user, id),
      ...[...joined].map((conversation) => joins.drop(conversation, user, id)),
    ])
  }
  await connections.remove(id)
}
