import { encodeFrame } from '../../../protocol/encode.ts'
import { concurrently } from '../../async.ts'
import type { Presence } from '../../model.ts'
import type { ConversationDeps } from '../deps.ts'
import { postFrames } from './post-frames.ts'
import { toTime } from './presence.ts'

/** A third of the worker's timeout, because several tasks share an invocation. */
const TIME_LIMIT = { totalMs: 10_000 }
const READ_CONCURRENCY = 25

/** Posts a user's presence once to each connection of every user who shares a conversation with that user. */
export async function announcePresence(
  deps: ConversationDeps,
  user: string,
  { online, lastSeen }: Presence,
): Promise<void> {
  const connections = await deps.connections.userConnectionsOf(await acquaintances(deps, user))
  const frame = encodeFrame({
    type: 'user_presence',
    user_id: user,
    is_online: online,
    last_seen: toTime(lastSeen),
  })
  const posts = connections
    .filter(({ tokenExpiresAt }) => tokenExpiresAt > deps.now())
    .map(({ id }) => ({ connection: id, frame }))
  await postFrames(deps, posts, TIME_LIMIT)
}

/** The other users in a user's conversations. */
async function acquaintances(
  { conversations }: ConversationDeps,
  user: string,
): Promise<ReadonlySet<string>> {
  const others = new Set<string>()
  await concurrently(await conversations.ofUser(user), READ_CONCURRENCY, async ({ id }) => {
    const participants = await conversations.participants(id)
    if (participants.has(user)) for (const other of participants.keys()) others.add(other)
  })
  others.delete(user)
  return others
}
