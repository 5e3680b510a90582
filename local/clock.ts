/** Time as those see it who wait; tests pass one that they move themselves. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Acts once after this time; calling the result in time prevents it. */
  after(millis: number, act: () => void): () => void
}

export const systemClock: Clock = {
  now: Date.now,
  after(millis, act) {
    const timer = setTimeout(act, millis)
    return () => clearTimeout(timer)
  },
}
