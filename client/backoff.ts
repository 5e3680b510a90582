import { failure } from './failures.ts'
import type { Clock } from './types.ts'

const FIRST_MS = 500
const MAX_MS = 20_000
const TIMEOUT_MS = 10_000

/** How long to wait before the next attempt, with full jitter. `attempt` is 0 after the first failure. */
export const backoffMs = (attempt: number, random: () => number): number =>
  random() * Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt, 10))

export const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimeout(resolve, ms))

/** Returns a function that calls `run` after this time, unless a call of `run` is already due. */
export function delayed(clock: Clock, ms: number, run: () => void): () => void {
  let isWaiting = false
  return () => {
    if (isWaiting) return
    isWaiting = true
    clock.setTimeout(() => {
      isWaiting = false
      run()
    }, ms)
  }
}

/** Rejects with `timeout` if the promise does not settle within this time, 10 s by default. */
export const inTime = <T>(clock: Clock, promise: T | Promise<T>, timeoutMs = TIMEOUT_MS): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(failure('timeout')), timeoutMs)
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => clock.clearTimeout(timer))
  })
