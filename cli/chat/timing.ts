/** Intervals, timeouts and retry limits of the client. */
export const defaultTiming = {
  /** Between two pings. */
  heartbeatMs: 30_000,
  /** A frame without an answer is sent again after this time. */
  answerTimeoutMs: 5000,
  /** Upper bound of the first random pause before reconnecting or retrying; it doubles with each failure. */
  minBackOffMs: 500,
  maxBackOffMs: 10_000,
  /** Pushes often arrive out of order, so a missing entry is only requested after this time. */
  gapMs: 300,
  /** How many times a frame is sent over open connections before it fails. */
  maxAttempts: 8,
  /** Consecutive connection failures after which the client stops reconnecting. */
  maxReconnects: Number.POSITIVE_INFINITY,
}

export type Timing = Readonly<typeof defaultTiming>

/** A random pause up to the limit (full jitter), so that clients that failed together do not return together. */
export function backOffMs({ minBackOffMs, maxBackOffMs }: Timing, failures: number): number {
  return Math.ceil(Math.random() * Math.min(maxBackOffMs, minBackOffMs * 2 ** Math.min(failures, 20)))
}
