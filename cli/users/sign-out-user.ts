import { type Target, TargetError } from '../target.ts'

/**
 * Invalidates all tokens that were issued to a user so far, then closes the user's open connections. Call it again
 * after a failure.
 *
 * @returns how many connections were closed
 */
export async function signOut(
  target: Pick<Target, 'revoke' | 'now'> & { readonly users: Pick<Target['users'], 'find' | 'signOut'> },
  id: string,
): Promise<number> {
  if (!(await target.users.find(id))) throw new TargetError(`There is no user ${id}.`)
  // The tokens become invalid first, so that no new connection can authenticate with one of them in the meantime.
  await target.users.signOut(id, Math.floor((await target.now()) / 1000))
  return await target.revoke(id)
}
