import { WORKER_TIME_LIMIT } from '../../delivery/fan-out.ts'
import type { TaskOf } from '../../model.ts'
import { postFrames } from '../connections/post-frames.ts'
import type { WorkerDeps } from '../deps.ts'
import { firstSeqOf } from '../entries/retention.ts'
import { joinedConnections } from './audience.ts'
import { entryPush, toPushFrames } from './push-frames.ts'

/**
 * Pushes a stored entry to connections that were not reached in time, if they still belong to participants with a valid
 * token. A connection may receive an entry twice: clients order by `seq`.
 */
export async function redeliver(
  deps: WorkerDeps,
  { conversation, seq, messageTo, updateTo }: TaskOf<'deliver'>,
): Promise<void> {
  const [head, entry] = await Promise.all([
    deps.conversations.head(conversation),
    deps.log.entry(conversation, seq),
  ])
  if (!head || !entry || entry.seq < firstSeqOf(head)) return
  const push = await entryPush(deps, head, entry)
  if (entry.kind === 'message_updated' && !push.message) return
  const userConnections = await deps.connections.userConnectionsOf(head.participants.keys())
  const now = deps.now()
  const joined = joinedConnections(head.participants, userConnections, now)
  const users = new Map(joined)
  for (const { id, user, tokenExpiresAt } of userConnections) if (tokenExpiresAt > now) users.set(id, user)
  const posts = toPushFrames(head, push, {
    message: new Map([...users].filter(([id]) => messageTo.includes(id))),
    update: new Map([...users].filter(([id]) => updateTo.includes(id))),
  })
  await postFrames(deps, posts, WORKER_TIME_LIMIT, { conversation: head.id, connections: joined })
}
