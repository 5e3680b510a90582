import { concurrently, fanOut } from '../delivery/fan-out.ts'
import type { Deps } from './deps.ts'
import { type Forgetting, forgetConnection } from './forget.ts'
import { newsOf, postsFor } from './news.ts'

/** What a fan-out had no time for. */
export interface Leftover {
  readonly conversation: string
  readonly seq: number
  readonly messageTo: readonly string[]
  readonly updateTo: readonly string[]
}

/** The worker has half a minute, and nobody waits for it. */
const WORKER_TAKES = 20_000

/**
 * Tells a stored entry to connections that were not told in time, if they still are participants' and their
 * token still counts. Somebody may hear it twice: clients order by `seq`.
 */
export async function redeliver(
  deps: Forgetting & Pick<Deps, 'conversations' | 'log' | 'poster'>,
  { conversation, seq, messageTo, updateTo }: Leftover,
): Promise<void> {
  const [head, entry] = await Promise.all([
    deps.conversations.head(conversation),
    deps.log.entry(conversation, seq),
  ])
  if (!head || !entry) return
  const channels = await deps.connections.channels(head.participants.keys())
  const users = new Map(
    channels
      .filter(({ tokenExpiresAt }) => tokenExpiresAt > deps.now())
      .map(({ id, user }) => [id, user] as const),
  )
  const posts = postsFor(head, await newsOf(deps, conversation, entry), {
    message: new Map([...users].filter(([id]) => messageTo.includes(id))),
    update: new Map([...users].filter(([id]) => updateTo.includes(id))),
  })
  const { gone } = await fanOut(deps.poster, posts, WORKER_TAKES)
  await concurrently(gone, 10, (id) => forgetConnection(deps, id))
}
