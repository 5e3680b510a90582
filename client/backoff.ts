import type { Clock } from './types.ts'

const FIRST_MS = 500
const MAX_MS = 20_000

/** How long to wait before the next attempt, with full jitter. `attempt` counts the failed ones, from 0. */
export const backoffMs = (attempt: number, random: () => number): number =>
  random() * Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt, 10))

export const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimeout(resolve, ms))
