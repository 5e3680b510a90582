/** What befalls remote calls, connections and invocations, as probabilities. */
export interface Faults {
  /** The account's concurrency is exhausted: the invocation never begins. */
  readonly refused: number
  /** The whole invocation dies at a remote call. */
  readonly crash: number
  /** A database call fails before it is applied: 5xx. */
  readonly failed: number
  readonly throttled: number
  /** Applied, but the answer is lost. */
  readonly ambiguous: number
  /** Another transaction is on the same item. */
  readonly conflict: number
  /** A call that takes up to three seconds. */
  readonly slow: number
  /** A post is refused with 429. */
  readonly postRefused: number
  /** A post fails with 5xx; half of them arrive all the same. */
  readonly postFailed: number
  /** A post is accepted and never arrives. */
  readonly postLost: number
  /** A post to a live connection is answered 410. */
  readonly falseGone: number
  /** An event is handled twice. */
  readonly duplicate: number
  /** How `$disconnect` comes, as weights. */
  readonly disconnect: {
    readonly once: number
    readonly late: number
    readonly twice: number
    readonly never: number
  }
}

export const usualFaults: Faults = {
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

export const noFaults: Faults = {
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

const awsError = (name: string, httpStatusCode: number, rest: object = {}) =>
  Object.assign(new Error(`${name}, injected`), { name, $metadata: { httpStatusCode }, ...rest })

export const serverError = () => awsError('InternalServerError', 500)
export const timeOut = () => awsError('TimeoutError', 0)
export const throttling = () => awsError('ProvisionedThroughputExceededException', 400)
/** What a single write gets when a transaction holds its item. */
export const singleConflict = () => awsError('TransactionConflictException', 400)
/** A cancelled transaction of `items`, one of which is to blame. */
export const cancelled = (items: number, blamed: number, code: string) =>
  awsError('TransactionCanceledException', 400, {
    CancellationReasons: Array.from({ length: items }, (_, at) => ({ Code: at === blamed ? code : 'None' })),
  })
export const tooManyInvocations = () => awsError('TooManyRequestsException', 429)
export const gone = () => awsError('GoneException', 410)
export const tooManyPosts = () => awsError('LimitExceededException', 429)
