/** The clock of the queues and schedules; tests pass a clock that they advance themselves. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls back once after the given time. Returns a function that cancels the call. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
