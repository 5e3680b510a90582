import { concurrently } from '../../lambdas/async.ts'
import type { Target } from '../target.ts'

const CONCURRENCY = 10

/**
 * The ids among these that belong to no user at present but still take part in conversations, because the worker has
 * not finished a removal. A new user with such an id could read these conversations.
 */
export async function unfinishedRemovals(
  { deps, users }: Pick<Target, 'deps' | 'users'>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const existing = await users.findAll(ids)
  const unfinished = new Set<string>()
  const free = ids.filter((id) => !existing.has(id))
  await concurrently(free, CONCURRENCY, async (id) => {
    if ((await deps.conversations.ofUser(id)).length > 0) unfinished.add(id)
  })
  return unfinished
}
