import type { Deps } from '../deps.ts'
import { type Announcing, deviceWent } from './presence.ts'

export type Forgetting = Announcing & Pick<Deps, 'connections' | 'joins'>

/**
 * Removes everything that is kept of a connection: after `$disconnect`, after a 410, when its user loses the
 * right to it. The connection's own row is marked first and removed last: marked, nothing can be added to it, and
 * whoever finds the mark after a crash goes on. It leaves its user's channel only when it hears of no conversation any
 * more and somebody looks whether its user has gone: by the channel a removal of the user finds what failed half-way. A
 * repeated or late call finds nothing and does nothing.
 */
export async function forgetConnection(deps: Forgetting, id: string): Promise<void> {
  const { connections, joins } = deps
  const taken = await connections.take(id)
  if (!taken) return
  const { user, joined } = taken
  if (user !== undefined) {
    await Promise.all([...joined].map((conversation) => joins.drop(conversation, user, id)))
    await deviceWent(deps, user, id)
    await connections.leaveChannel(user, id)
  }
  await connections.remove(id)
}
