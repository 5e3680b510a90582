import { concurrently, settledWithin } from '../async.ts'
import { SDK_MAX_SOCKETS, WORKER_TIMEOUT_MS } from '../limits.ts'
import type { Poster } from './poster.ts'

export interface Post {
  readonly connection: string
  readonly frame: string
  /** A small frame that refers to the log, sent instead if the connection refuses the frame for its size. */
  readonly pointer?: string
}

export interface FanOut {
  readonly gone: readonly string[]
  /** Posts that had not settled by the timeout. */
  readonly undone: readonly Post[]
}

/** How long a REST call waits for its pushes; the worker does the rest. */
export const REST_FAN_OUT_TIMEOUT_MS = 300
/** No caller waits for the worker, but it must finish, cleanup included, within its own timeout. */
export const WORKER_FAN_OUT_TIMEOUT_MS = WORKER_TIMEOUT_MS - 10_000

/**
 * Posts to all connections in parallel, for at most `timeoutMs`. Posts still in flight then are abandoned:
 * they end at the client's own request timeout (aws.ts), and their outcome is ignored.
 */
export async function fanOut(poster: Poster, posts: readonly Post[], timeoutMs: number): Promise<FanOut> {
  const gone: string[] = []
  const undone = new Set(posts)
  let isOver = false
  const work = concurrently(posts, SDK_MAX_SOCKETS, async (post) => {
    if (isOver) return
    const { connection, frame, pointer } = post
    let delivery = await poster.post(connection, frame, () => isOver)
    if (delivery === 'too_large' && pointer !== undefined && !isOver) {
      delivery = await poster.post(connection, pointer, () => isOver)
    }
    if (isOver) return
    if (delivery === 'gone') gone.push(connection)
    undone.delete(post)
  })
  await settledWithin(timeoutMs, work)
  isOver = true
  return { gone, undone: [...undone] }
}
