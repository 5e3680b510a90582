/**
 * Invokes a function with an event and resolves with its handler's result. Rejects with a `FunctionError` when the
 * handler throws or times out, when its worker crashes, and when `isWanted` returns false at the moment at which the
 * invocation could start. Rejects with a `ThrottledError` when Lambda refuses the invocation.
 */
export type Invoke = (functionId: string, event: unknown, isWanted?: () => boolean) => Promise<unknown>

export class FunctionError extends Error {
  override readonly name: string = 'FunctionError'
}

/** Lambda refused the invocation because too many were running; the function has not started. */
export class ThrottledError extends FunctionError {
  override readonly name = 'ThrottledError'

  constructor() {
    super('TooManyRequestsException: Rate Exceeded.')
  }
}
