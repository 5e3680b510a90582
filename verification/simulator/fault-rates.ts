/** How often each fault strikes remote calls, connections and invocations, as probabilities. */
export type FaultRates = Readonly<typeof usualFaults>

export const usualFaults = {
  /** The account's concurrency is exhausted: the invocation never starts. */
  refused: 0.02,
  /** The whole invocation crashes at a remote call. */
  crash: 0.004,
  /** A database call fails with 5xx before it is applied. */
  failed: 0.01,
  throttled: 0.01,
  /** A database call is applied, but the answer is lost. */
  ambiguous: 0.015,
  /** Another transaction holds the same item. */
  conflict: 0.02,
  /** A call takes up to three seconds. */
  slow: 0.03,
  /** A post is refused with 429. */
  postRefused: 0.03,
  /** A post fails with 5xx; half of these are delivered anyway. */
  postFailed: 0.03,
  /** A post is accepted and never arrives. */
  postLost: 0.05,
  /** A post to a live connection is answered with 410. */
  falseGone: 0.005,
  /** An event is handled twice. */
  duplicate: 0.02,
  /** How `$disconnect` is delivered, as weights. */
  disconnect: { once: 4, late: 2, twice: 2, never: 2 },
}

/** Every fault a number of times as often as usual, except for the delivery of `$disconnect`. */
export const multiplied = (factor: number) =>
  Object.fromEntries(
    Object.entries(usualFaults).map(([name, rate]) => [
      name,
      typeof rate === 'number' ? factor * rate : rate,
    ]),
  ) as FaultRates

export const noFaults: FaultRates = {
  ...multiplied(0),
  disconnect: { once: 1, late: 0, twice: 0, never: 0 },
}
