import type { Target } from '../target.ts'

/**
 * Removes a user, closes the user's open connections, and queues the task that ends the user's conversations and
 * invitations. Call it again after a failure: it completes a removal that failed halfway.
 *
 * @returns `known`: whether the user existed; `ended`: how many connections were closed
 */
export async function removeUser(
  target: Pick<Target, 'dismiss'> & { readonly users: Pick<Target['users'], 'find' | 'removeUser'> },
  id: string,
): Promise<{ readonly known: boolean; readonly ended: number }> {
  const known = (await target.users.find(id)) !== undefined
  // The user goes first, so that no new connection can authenticate in the meantime.
  if (known) await target.users.removeUser(id)
  return { known, ended: await target.dismiss(id) }
}
