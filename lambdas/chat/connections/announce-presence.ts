import { encodeFrame } from '../../../protocol/encode.ts'
import { concurrently, fanOut } from '../../delivery/fan-out.ts'
import type { Presence } from '../../stores/presence.ts'
import type { Deps } from '../deps.ts'
import { type CleanupDeps, cleanUpConnection } from './cleanup.ts'
import { toTime } from './presence.ts'

type Needs = CleanupDeps & Pick<Deps, 'conversations' | 'poster'>

/** Several tasks share an invocation of the worker, which has half a minute. */
const FAN_OUT_TAKES = 10_000

/** Tells everybody who shares a conversation with a user, once, on every device. */
export async function announcePresence(deps: Needs, user: string, { online, lastSeen }: Presence): Promise<void> {
  const channels = await deps.connections.userConnectionsOf(await acquaintances(deps, user))
  const frame = encodeFrame({
    type: 'user_presence',
    user_id: user,
    is_online: online,
    last_seen: toTime(lastSeen),
  })
  const posts = channels
    .filter(({ tokenExpiresAt }) => tokenExpiresAt > deps.now())
    .map(({ id }) => ({ connection: id, frame }))
  const { gone } = await fanOut(deps.poster, posts, FAN_OUT_TAKES)
  await concurrently(gone, 10, (id) => cleanUpConnection(deps, id))
}

/** The users who share a conversation with one. */
async function acquaintances({ conversations }: Needs, user: string): Promise<ReadonlySet<string>> {
  const others = new Set<string>()
  await concurrently(await conversations.ofUser(user), 25, async ({ id }) => {
    const participants = await conversations.participants(id)
    if (participants.has(user)) for (const other of participants.keys()) others.add(other)
  })
  others.delete(user)
  return others
}
