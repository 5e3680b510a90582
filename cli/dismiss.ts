import type { Target } from './target.ts'

/**
 * Removes a user and ends the open connections, which an earlier removal that failed half-way may have left. Repeated, it
 * finishes what is left. `known`: there was such a user; `ended`: so many connections were.
 */
export async function dismiss(
  {
    users,
    revoke,
  }: Pick<Target, 'revoke'> & { readonly users: Pick<Target['users'], 'find' | 'removeUser'> },
  id: string,
): Promise<{ readonly known: boolean; readonly ended: number }> {
  const known = (await users.find(id)) !== undefined
  // First the user, so that a connection cannot authenticate again meanwhile.
  if (known) await users.removeUser(id)
  return { known, ended: await revoke(id) }
}
