import { allDone } from '../../async.ts'
import type { Poster } from '../../delivery/poster.ts'
import type { ConnectionDeps } from '../deps.ts'
import { cleanUpConnection } from './cleanup.ts'

/**
 * Revokes the access of a user's open connections at once: without their rows they receive nothing and may do
 * nothing. Then closes those that can be reached. Resolves with the number of connections found.
 */
export async function revokeUser(
  deps: ConnectionDeps & { readonly poster: Pick<Poster, 'close'> },
  user: string,
): Promise<number> {
  const connections = await deps.connections.userConnections(user)
  await allDone(connections.map(({ id }) => cleanUpConnection(deps, id)))
  await allDone(connections.map(({ id }) => deps.poster.close(id, 'revoked')))
  return connections.length
}
