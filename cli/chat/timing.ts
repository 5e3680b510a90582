/** Intervals, timeouts and retry limits of the client. */
export interface Timing {
  /** Between two pings. */
  readonly heartbeatMs: number
  /** A frame without an answer is sent again after this time. */
  readonly answerTimeoutMs: number
  /** Upper bound of the first random pause before reconnecting or retrying; it doubles with each failure. */
  readonly minBackOffMs: number
  readonly maxBackOffMs: number
  /** Pushes often arrive out of order, so a missing entry is only requested after this time. */
  readonly gapMs: number
  /** How many times a frame is sent over open connections before it fails. */
  readonly maxAttempts: number
  /** Consecutive connection failures after which the client stops reconnecting. */
  readonly maxReconnects: number
}

export const defaultTiming: Timing = {
  heartbeatMs: 30_000,
  answerTimeoutMs: 5000,
  minBackOffMs: 500,
  maxBackOffMs: 10_000,
  gapMs: 300,
  maxAttempts: 8,
  maxReconnects: Number.POSITIVE_INFINITY,
}

/** A random pause up to the limit (full jitter), so that clients that failed together do not return together. */
export function backOffMs({ minBackOffMs, maxBackOffMs }: Timing, failures: number): number {
  return Math.ceil(Math.random() * Math.min(maxBackOffMs, minBackOffMs * 2 ** Math.min(failures, 20)))
}
