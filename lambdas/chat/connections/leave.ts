import type { Deps } from '../deps.ts'
import { type Hearing, sessionOf } from './session.ts'

/** Leaves, also what was not joined. */
export async function leave(
  deps: Hearing & Pick<Deps, 'joins'>,
  connection: string,
  id: string,
): Promise<void> {
  const { user, joined } = await sessionOf(deps, connection)
  if (joined.has(id)) await deps.joins.leave(id, user, connection)
}
