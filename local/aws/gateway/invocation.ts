import type { Invoke } from './model.ts'

export type Invocation =
  | { readonly outcome: 'returned'; readonly value: unknown }
  | { readonly outcome: 'failed'; readonly error: unknown }
  | { readonly outcome: 'timed_out' }

export interface Integration {
  readonly functionId: string
  readonly timeoutMs: number
}

/**
 * Invokes a function and waits no longer than its integration allows [M5, H11]. The function is not
 * stopped when the time is over: it keeps running, and what it returns is dropped.
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
