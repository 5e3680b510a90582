/**
 * Invokes a function with an event and resolves with its handler's result. Rejects with a `FunctionError` when the handler
 * throws or times out, when its worker crashes, and when `isWanted` returns false by the time it could start.
 */
export type Invoke = (functionId: string, event: unknown, isWanted?: () => boolean) => Promise<unknown>

export class FunctionError extends Error {
  override readonly name = 'FunctionError'
}
