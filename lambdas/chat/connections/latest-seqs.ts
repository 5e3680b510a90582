import { concurrently } from '../../delivery/fan-out.ts'
import type { Deps } from '../deps.ts'
import { type SessionDeps, sessionOf } from './session.ts'

/**
 * The last `seq` of every conversation that the connection has joined. Without it a client could not notice
 * that it missed the last message of a quiet conversation, because no later `seq` shows the gap.
 */
export async function latestSeqs(
  deps: SessionDeps & Pick<Deps, 'conversations'>,
  connection: string,
): Promise<Readonly<Record<string, number>>> {
  const { user, joined } = await sessionOf(deps, connection)
  const heads = new Map<string, number>()
  await concurrently([...joined], 25, async (id) => {
    const head = await deps.conversations.head(id)
    if (head?.participants.has(user)) heads.set(id, head.last?.seq ?? 0)
  })
  return Object.fromEntries(heads)
}
