import type { Random } from '../../model/random.ts'

/** How patient a client is, in milliseconds. */
export interface Pace {
  /** Between two pings; each is up to a tenth earlier, so that clients do not beat in step. */
  readonly heartbeat: number
  /** How long a frame may be without its answer. */
  readonly answerWithin: number
  /** The first pause before coming back or asking again is at most so long; it doubles with each failure. */
  readonly backOff: number
  readonly mostBackOff: number
}

export const usualPace: Pace = { heartbeat: 30_000, answerWithin: 5000, backOff: 500, mostBackOff: 10_000 }

/** Anything up to the limit: whoever failed together must not come back together. */
export function backOff({ backOff: first, mostBackOff }: Pace, failures: number, random: Random): number {
  return Math.ceil(random.next() * Math.min(mostBackOff, first * 2 ** Math.min(failures, 20)))
}
