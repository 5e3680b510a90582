import type { Deps } from '../deps.ts'
import { type CleanupDeps, cleanUpConnection } from './cleanup.ts'

/**
 * Ends the rights of a user's open connections at once: without their rows they receive nothing and may do
 * nothing. Each is closed as well, as far as it can be reached. Resolves with how many there were.
 */
export async function revokeUser(deps: CleanupDeps & Pick<Deps, 'poster'>, user: string): Promise<number> {
  const channel = await deps.connections.userConnections(user)
  await Promise.all(channel.map(({ id }) => cleanUpConnection(deps, id)))
  await Promise.all(channel.map(({ id }) => deps.poster.close(id)))
  return channel.length
}
