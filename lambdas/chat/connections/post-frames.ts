import type { TimeLimit } from '../../async.ts'
import { fanOut, type Post } from '../../delivery/fan-out.ts'
import type { ConversationDeps } from '../deps.ts'
import { cleanUpGone, type Subscribers } from './cleanup.ts'

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
