import type { Invoke } from '../lambda/invoke.ts'

export type Invocation =
  | { readonly outcome: 'returned'; readonly value: unknown }
  | { readonly outcome: 'failed'; readonly error: unknown }
  | { readonly outcome: 'timed_out' }

export interface Integration {
  readonly functionId: string
  readonly timeoutMs: number
}

/**
 * Invokes a function and waits no longer than the timeout of its integration. After the timeout the function keeps running
 * and its result is dropped.
 */
export function invokeWithin(
  invoke: Invoke,
  integration: Integration,
  event: unknown,
  isWanted?: () => boolean,
): Promise<Invocation> {
  const { functionId, timeoutMs } = integration
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ outcome: 'timed_out' }), timeoutMs)
    timer.unref()
    const settle = (invocation: Invocation) => {
      clearTimeout(timer)
      resolve(invocation)
    }
    Promise.resolve()
      .then(() => invoke(functionId, event, isWanted))
      .then(
        (value) => settle({ outcome: 'returned', value }),
        (error: unknown) => settle({ outcome: 'failed', error }),
      )
  })
}
