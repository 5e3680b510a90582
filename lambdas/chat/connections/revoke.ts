import type { Deps } from '../deps.ts'
import { type Forgetting, forgetConnection } from './cleanup.ts'

/**
 * Ends the rights of a user's open connections at once: without their rows they receive nothing and may do
 * nothing. Each is closed as well, as far as it can be reached. Resolves with how many there were.
 */
export async function revokeUser(deps: Forgetting & Pick<Deps, 'poster'>, user: string): Promise<number> {
  const channel = await deps.connections.channel(user)
  await Promise.all(channel.map(({ id }) => forgetConnection(deps, id)))
  await Promise.all(channel.map(({ id }) => deps.poster.close(id)))
  return channel.length
}
