import { concurrently } from '../../async.ts'
import type { MessageDeps } from '../deps.ts'
import { sessionOf } from './session.ts'

const READ_CONCURRENCY = 25

/**
 * The latest `seq` of every conversation that the connection has joined. Without it, a client that missed the last
 * message of a quiet conversation would not notice, because no later `seq` reveals the gap.
 */
export async function latestSeqs(
  deps: MessageDeps,
  connection: string,
): Promise<Readonly<Record<string, number>>> {
  const { user, joined } = await sessionOf(deps, connection)
  const seqs = new Map<string, number>()
  await concurrently([...joined], READ_CONCURRENCY, async (id) => {
    const head = await deps.conversations.head(id)
    if (head?.participants.has(user)) seqs.set(id, head.last?.seq ?? 0)
  })
  return Object.fromEntries(seqs)
}
