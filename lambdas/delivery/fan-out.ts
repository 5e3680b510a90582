import type { Poster } from './poster.ts'

export interface Post {
  readonly connection: string
  readonly frame: string
  /** A small frame that says where to look, for a connection that refuses the other one for its size. */
  readonly pointer?: string
}

export interface FanOut {
  readonly gone: readonly string[]
  /** Posts of which nothing is known when the time is up. */
  readonly undone: readonly Post[]
}

/** A REST call waits so long for pushes, the worker does the rest. Milliseconds. */
export const REST_FAN_OUT_TIMEOUT_MS = 300
/** The worker has half a minute, and nobody waits for it. Milliseconds. */
export const WORKER_FAN_OUT_TIMEOUT_MS = 20_000

/** Posts under way at once: the SDK keeps 50 sockets, more would only queue behind them. */
const CONCURRENCY = 50

/** Posts to everybody, nobody waiting for anybody, for at most `milliseconds`; what hangs then is given up. */
export async function fanOut(poster: Poster, posts: readonly Post[], milliseconds: number): Promise<FanOut> {
  const gone: string[] = []
  const undone = new Set(posts)
  // One for each post: Node takes eleven listeners on one signal for a leak, and says so in the log.
  const ends = new Map(posts.map((post) => [post, new AbortController()]))
  let over = false
  const work = concurrently(posts, CONCURRENCY, async (post) => {
    if (over) return
    const { connection, frame, pointer } = post
    const signal = ends.get(post)?.signal
    let delivery = await poster.post(connection, frame, signal)
    if (delivery === 'too_large' && pointer !== undefined) {
      delivery = await poster.post(connection, pointer, signal)
    }
    if (over) return
    if (delivery === 'gone') gone.push(connection)
    undone.delete(post)
  })
  await within(milliseconds, work)
  over = true
  for (const end of ends.values()) end.abort()
  return { gone, undone: [...undone] }
}

/** Resolves when the work is done or the time is up, and leaves no timer behind. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const time = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, time])
  clearTimeout(timer)
}

/** Runs over all items with a bound on how many are under way; rejects with the first rejection. */
export async function concurrently<T>(
  items: readonly T[],
  most: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane))
}
