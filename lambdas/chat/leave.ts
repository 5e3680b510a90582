import type { Deps } from './deps.ts'
import { sessionOf } from './session.ts'

/** Leaves, also what was not joined. The list for cleaning up is the last to forget it. */
export async function leave(
  deps: Pick<Deps, 'connections' | 'conversations' | 'rates' | 'now'>,
  connection: string,
  id: string,
): Promise<void> {
  const { user, joined } = await sessionOf(deps, connection)
  if (!joined.has(id)) return
  await deps.conversations.leave(id, user, connection)
  await deps.connections.unlist(connection, id)
}
