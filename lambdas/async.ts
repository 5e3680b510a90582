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
 * still ran then would be lost halfway.
 */
export async function allDone<const Work extends readonly unknown[]>(work: Work) {
  await Promise.allSettled(work)
  return await Promise.all(work)
}

/**
 * Runs over all items with at most `maxConcurrency` in flight. If some reject, it rejects with the first rejection, but
 * like `allDone` only when everything that was started has settled.
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

/** Resolves when the work has settled or the time is up; rejects if the work rejects in time. Leaves no timer behind. */
export async function settledWithin(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  try {
    await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
