import { concurrently, settledWithin, type TimeLimit } from '../async.ts'
import { notePosts } from '../log/record.ts'
import { SDK_MAX_SOCKETS, WORKER_TIMEOUT_MS } from '../platform-limits.ts'
import type { Poster } from './poster.ts'

export interface Post {
  readonly connection: string
  readonly frame: string
  /** A small frame that is sent instead if the frame is refused for its size. */
  readonly pointer?: string
}

export interface FanOut {
  readonly gone: readonly string[]
  /** Posts that had not settled when the fan-out ended. */
  readonly undone: readonly Post[]
}

/** How long a REST call waits for its pushes; the worker does the rest. */
export const REST_TIME_LIMIT: TimeLimit = { totalMs: 300 }
/**
 * How long a frame waits for its pushes. As long as posts keep settling, the frame does not hand the rest over to the
 * worker, because that costs more, especially under load. But posts that hang must not hold one of the few concurrent
 * invocations. The total fits into the function's timeout, even after a send has competed for its slot
 * (chat/entries/commit.ts).
 */
export const FRAME_TIME_LIMIT: TimeLimit = { totalMs: 4000, stallMs: 500 }
/** No caller waits for the worker, but it must finish, cleanup included, within its own timeout. */
export const WORKER_TIME_LIMIT: TimeLimit = { totalMs: WORKER_TIMEOUT_MS - 10_000 }

/**
 * Posts to all connections in parallel. Posts that are still in flight at the time limit are abandoned: they end at
 * the client's own request timeout (aws.ts), and their outcome is ignored.
 */
export async function fanOut(poster: Poster, posts: readonly Post[], limit: TimeLimit): Promise<FanOut> {
  const gone: string[] = []
  const undone = new Set(posts)
  let delivered = 0
  let isOver = false
  const run = async (post: Post, onProgress: () => void) => {
    if (isOver) return
    const { connection, frame, pointer } = post
    let delivery = await poster.post(connection, frame, () => isOver)
    if (delivery === 'too_large' && pointer !== undefined && !isOver) {
      delivery = await poster.post(connection, pointer, () => isOver)
    }
    if (isOver) return
    if (delivery === 'gone') gone.push(connection)
    if (delivery === 'delivered') delivered++
    undone.delete(post)
    onProgress()
  }
  await settledWithin(limit, (onProgress) =>
    concurrently(posts, SDK_MAX_SOCKETS, (post) => run(post, onProgress)),
  )
  isOver = true
  const left = undone.size
  const failed = posts.length - left - gone.length - delivered
  if (posts.length > 0) notePosts({ delivered, gone: gone.length, failed, left })
  return { gone, undone: [...undone] }
}
