import { encodeFrame } from '../../../protocol/encode.ts'
import { concurrently } from '../../async.ts'
import type { MessageDeps } from '../deps.ts'
import { sessionOf } from './session.ts'

const READ_CONCURRENCY = 25

/**
 * The latest `seq` of every conversation that the connection has joined. Without it, a client that missed the last
 * message of a quiet conversation would not notice, because no later `seq` reveals the gap. Conversations in which the
 * user does not take part any longer are removed from the connection, which is told about it.
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
    else await removeFrom(deps, connection, user, id)
  })
  return Object.fromEntries(seqs)
}

/** Tells the connection first, so that after a crash the next ping does it again. */
async function removeFrom(deps: MessageDeps, connection: string, user: string, id: string): Promise<void> {
  await deps.poster.post(connection, encodeFrame({ type: 'conversation_removed', conversation_id: id }))
  await deps.subscriptions.removeConversation(id, user, [connection])
}
