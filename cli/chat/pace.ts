/** How patient the client is, in milliseconds where nothing else is said. */
export interface Pace {
  /** Between two pings. */
  readonly heartbeat: number
  /** How long a frame may be without its answer before it is sent again. */
  readonly answerWithin: number
  /** The first pause before coming back or asking again is at most so long; it doubles with each failure. */
  readonly backOff: number
  readonly mostBackOff: number
  /** Later entries often overtake one; only what still lacks after so long is asked for. */
  readonly gap: number
  /** How often, as a number, a frame is sent over live connections before it is given up. */
  readonly attempts: number
  /** Failures in a row, as a number, after which no connection is tried any more. */
  readonly patience: number
}

export const usualPace: Pace = {
  heartbeat: 30_000,
  answerWithin: 5000,
  backOff: 500,
  mostBackOff: 10_000,
  gap: 300,
  attempts: 8,
  patience: Number.POSITIVE_INFINITY,
}

/** Anything up to the limit: whoever failed together must not come back together. */
export function backOff({ backOff: first, mostBackOff }: Pace, failures: number): number {
  return Math.ceil(Math.random() * Math.min(mostBackOff, first * 2 ** Math.min(failures, 20)))
}
