import { concurrently } from '../delivery/fan-out.ts'
import type { Deps } from './deps.ts'
import { wasSilent } from './lease.ts'
import { type Announcing, deviceCame } from './presence.ts'
import { sessionOf } from './session.ts'

/**
 * The last `seq` of every conversation that the connection has joined. Without it a client could not notice
 * that it missed the last message of a quiet conversation, because no later `seq` shows the gap.
 */
export async function headsOf(
  deps: Announcing & Pick<Deps, 'connections' | 'conversations' | 'rates'>,
  connection: string,
): Promise<Readonly<Record<string, number>>> {
  const session = await sessionOf(deps, connection)
  const { user, joined } = session
  if (wasSilent(session, deps.now())) await deviceCame(deps, user, connection)
  const heads = new Map<string, number>()
  await concurrently([...joined], 25, async (id) => {
    const head = await deps.conversations.head(id)
    if (head?.participants.has(user)) heads.set(id, head.last?.seq ?? 0)
  })
  return Object.fromEntries(heads)
}
