import type { Random } from '../../model/random.ts'

/** How long a client waits for things. */
export interface Timing {
  /** Between two pings. Each is up to a tenth earlier, so that clients do not ping in step. */
  readonly heartbeatMs: number
  /** How long a frame may go unanswered before it is sent again. */
  readonly answerTimeoutMs: number
  /** Limit of the first pause before a client reconnects or asks again; it doubles with each failure. */
  readonly backOffMs: number
  readonly maxBackOffMs: number
}

export const usualTiming: Timing = {
  heartbeatMs: 30_000,
  answerTimeoutMs: 5000,
  backOffMs: 500,
  maxBackOffMs: 10_000,
}

/** Returns a pause with full jitter: clients that failed together must not return together. */
export function backOff({ backOffMs, maxBackOffMs }: Timing, failures: number, random: Random): number {
  return Math.ceil(random.next() * Math.min(maxBackOffMs, backOffMs * 2 ** Math.min(failures, 20)))
}
