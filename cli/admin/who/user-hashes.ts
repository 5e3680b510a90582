import { userHash } from '../../../lambdas/log/user-hash.ts'
import { output } from '../../../local/targets.ts'
import { type Target, TargetError } from '../../target.ts'
import { registeredConnections } from './connected.ts'

type UsersTarget = Pick<Target, 'outputs' | 'users' | 'deps'>

/** The ids of users by the hashes that name them in the log. Includes removed users who still have a connection. */
export async function usersByHash({
  outputs,
  users,
  deps,
}: UsersTarget): Promise<ReadonlyMap<string, string>> {
  const salt = output(outputs, 'LogSalt')
  const [listed, registered] = await Promise.all([users.listUsers(), registeredConnections(deps)])
  const ids = [...listed.map(({ id }) => id), ...registered.flatMap(({ user }) => user ?? [])]
  return new Map(ids.map((id) => [userHash(salt, id), id]))
}

/** The id of a user who is named by the id itself or by the hash in the log. */
export async function userIdOf(target: UsersTarget, name: string): Promise<string> {
  // An id may look like a hash.
  if (!/^[0-9a-f]{12}$/.test(name) || (await target.users.find(name))) return name
  const id = (await usersByHash(target)).get(name)
  if (id !== undefined) return id
  throw new TargetError(
    `There is no user with the hash ${name}: the user was removed, or the hash is from the log of another chat.`,
  )
}
