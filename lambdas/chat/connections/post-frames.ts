import { concurrently, type TimeLimit } from '../../async.ts'
import { fanOut, type Post } from '../../delivery/fan-out.ts'
import type { ConnectionDeps, ConversationDeps } from '../deps.ts'
import { cleanUpConnection } from './cleanup.ts'

const CLEANUP_CONCURRENCY = 10

/** Connections that have joined a conversation, and the user of each. */
export interface Subscribers {
  readonly conversation: string
  readonly connections: ReadonlyMap<string, string>
}

/** Posts frames and cleans up connections that are gone. Abandons posts still in flight at the time limit. */
export async function postFrames(
  deps: ConversationDeps,
  posts: readonly Post[],
  limit: TimeLimit,
  subscribers?: Subscribers,
): Promise<void> {
  const { gone } = await fanOut(deps.poster, posts, limit)
  await cleanUpGone(deps, gone, subscribers)
}

/**
 * Cleans up connections that are gone, and only those. If a connection's own row is already gone, only the
 * participant's row still names it. That row is removed last, so that a failed cleanup leaves live
 * connections intact.
 */
export async function cleanUpGone(
  deps: ConnectionDeps,
  gone: readonly string[],
  subscribers?: Subscribers,
): Promise<void> {
  await concurrently(gone, CLEANUP_CONCURRENCY, async (id) => {
    await cleanUpConnection(deps, id)
    const user = subscribers?.connections.get(id)
    if (subscribers && user !== undefined) await deps.subscriptions.drop(subscribers.conversation, user, id)
  })
}
