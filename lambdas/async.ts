export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export interface Backoff {
  /** Upper bound of the pause after the first attempt; it doubles with each further attempt. */
  readonly baseMs: number
  readonly maxMs: number
}

/**
 * Pauses before the next attempt: exponential backoff with full jitter, so that competing callers spread out.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempts how many attempts have failed, from 1
 */
export const backOff = (attempts: number, { baseMs, maxMs }: Backoff) =>
  pause(Math.random() * Math.min(maxMs, baseMs * 2 ** (attempts - 1)))

/**
 * Like `Promise.all`, but rejects only when everything has settled. An invocation ends with its answer, so a step that
 * is still running then would be cut off halfway.
 */
export async function allDone<const Work extends readonly unknown[]>(work: Work) {
  await Promise.allSettled(work)
  return await Promise.all(work)
}

/**
 * Calls `run` for each item, with at most `maxConcurrency` calls in flight. If some reject, this rejects with one of
 * their errors, but like `allDone` only when no call is in flight any more.
 */
export async function concurrently<T>(
  items: readonly T[],
  maxConcurrency: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await run(item)
  }
  await allDone(Array.from({ length: Math.min(maxConcurrency, items.length) }, lane))
}

/** How long to wait for work. */
export interface TimeLimit {
  readonly totalMs: number
  /** Also stop waiting once the work has made no progress for this time. @default - wait for `totalMs` in any case */
  readonly stallMs?: number
}

/**
 * Resolves when the work is done or the time limit has been reached, and rejects if the work rejects before that. It
 * leaves no timer behind, unless the work reports progress afterwards.
 */
export async function settledWithin(
  { totalMs, stallMs }: TimeLimit,
  work: (onProgress: () => void) => Promise<void>,
): Promise<void> {
  let total: ReturnType<typeof setTimeout> | undefined
  let stall: ReturnType<typeof setTimeout> | undefined
  let onProgress = () => {}
  const ended = new Promise<void>((resolve) => {
    total = setTimeout(resolve, totalMs)
    onProgress = () => {
      clearTimeout(stall)
      if (stallMs !== undefined) stall = setTimeout(resolve, stallMs)
    }
  })
  onProgress()
  try {
    await Promise.race([work(() => onProgress()), ended])
  } finally {
    clearTimeout(total)
    clearTimeout(stall)
  }
}
