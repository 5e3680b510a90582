/** How often each fault strikes remote calls, connections and invocations, as probabilities. */
export interface FaultRates {
  /** The account's concurrency is exhausted: the invocation never starts. */
  readonly refused: number
  /** The whole invocation crashes at a remote call. */
  readonly crash: number
  /** A database call fails with 5xx before it is applied. */
  readonly failed: number
  readonly throttled: number
  /** A database call is applied, but the answer is lost. */
  readonly ambiguous: number
  /** Another transaction holds the same item. */
  readonly conflict: number
  /** A call takes up to three seconds. */
  readonly slow: number
  /** A post is refused with 429. */
  readonly postRefused: number
  /** A post fails with 5xx; half of these are delivered anyway. */
  readonly postFailed: number
  /** A post is accepted and never arrives. */
  readonly postLost: number
  /** A post to a live connection is answered with 410. */
  readonly falseGone: number
  /** An event is handled twice. */
  readonly duplicate: number
  /** How `$disconnect` is delivered, as weights. */
  readonly disconnect: {
    readonly once: number
    readonly late: number
    readonly twice: number
    readonly never: number
  }
}

export const usualFaults: FaultRates = {
  refused: 0.02,
  crash: 0.004,
  failed: 0.01,
  throttled: 0.01,
  ambiguous: 0.015,
  conflict: 0.02,
  slow: 0.03,
  postRefused: 0.03,
  postFailed: 0.03,
  postLost: 0.05,
  falseGone: 0.005,
  duplicate: 0.02,
  disconnect: { once: 4, late: 2, twice: 2, never: 2 },
}

export const noFaults: FaultRates = {
  refused: 0,
  crash: 0,
  failed: 0,
  throttled: 0,
  ambiguous: 0,
  conflict: 0,
  slow: 0,
  postRefused: 0,
  postFailed: 0,
  postLost: 0,
  falseGone: 0,
  duplicate: 0,
  disconnect: { once: 1, late: 0, twice: 0, never: 0 },
}
