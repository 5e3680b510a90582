import { fanOut, WORKER_FAN_OUT_TIMEOUT_MS } from '../../delivery/fan-out.ts'
import type { TaskOf } from '../../stores/tasks.ts'
import type { CleanupDeps } from '../connections/cleanup.ts'
import type { Deps } from '../deps.ts'
import { joinedConnections } from './audience.ts'
import { removeGone } from './deliver.ts'
import { entryPush, toPushFrames } from './push-frames.ts'

/**
 * Tells a stored entry to connections that were not told in time, if they still are participants' and their
 * token still counts. Somebody may hear it twice: clients order by `seq`.
 */
export async function redeliver(
  deps: CleanupDeps & Pick<Deps, 'conversations' | 'log' | 'poster'>,
  { conversation, seq, messageTo, updateTo }: TaskOf<'deliver'>,
): Promise<void> {
  const [head, entry] = await Promise.all([
    deps.conversations.head(conversation),
    deps.log.entry(conversation, seq),
  ])
  if (!head || !entry) return
  const channels = await deps.connections.userConnectionsOf(head.participants.keys())
  const now = deps.now()
  const joined = joinedConnections(head.participants, channels, now)
  const users = new Map(joined)
  for (const { id, user, tokenExpiresAt } of channels) if (tokenExpiresAt > now) users.set(id, user)
  const posts = toPushFrames(head, await entryPush(deps, conversation, entry), {
    message: new Map([...users].filter(([id]) => messageTo.includes(id))),
    update: new Map([...users].filter(([id]) => updateTo.includes(id))),
  })
  const { gone } = await fanOut(deps.poster, posts, WORKER_FAN_OUT_TIMEOUT_MS)
  await removeGone(deps, head, joined, gone)
}
