import type { Poster } from './poster.ts'

export interface Post {
  readonly connection: string
  readonly frame: string
}

/** Posts under way at once: the SDK keeps 50 sockets, more would only queue behind them. */
const CONCURRENCY = 50

/** Posts to everybody, nobody waiting for anybody; resolves with the connections that are gone. */
export async function fanOut(poster: Poster, posts: readonly Post[]): Promise<readonly string[]> {
  const gone: string[] = []
  await concurrently(posts, CONCURRENCY, async ({ connection, frame }) => {
    if ((await poster.post(connection, frame)) === 'gone') gone.push(connection)
  })
  return gone
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
