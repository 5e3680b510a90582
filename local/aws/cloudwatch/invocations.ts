import type { Concurrency } from '../lambda/concurrency.ts'
import { type Invoke, ThrottledError } from '../lambda/invoke.ts'
import type { Metrics } from './metrics.ts'

const NAMESPACE = 'AWS/Lambda'

/** Records the invocations of each function. `nameOf` returns the name of the function with this logical id. */
export function meteredInvoke(
  invoke: Invoke,
  metrics: Metrics,
  nameOf: (functionId: string) => string,
): Invoke {
  return async (functionId, event, isWanted) => {
    const dimensions = { FunctionName: nameOf(functionId) }
    const startedAt = performance.now()
    const ended = (errors: 0 | 1) => {
      metrics.add(NAMESPACE, 'Invocations', dimensions)
      metrics.add(NAMESPACE, 'Errors', dimensions, errors)
      // Unlike on AWS, the time until a container is free and loaded is included.
      metrics.add(NAMESPACE, 'Duration', dimensions, performance.now() - startedAt)
    }
    try {
      const result = await invoke(functionId, event, isWanted)
      ended(0)
      return result
    } catch (error) {
      if (error instanceof ThrottledError) metrics.add(NAMESPACE, 'Throttles', dimensions)
      else ended(1)
      throw error
    }
  }
}

/**
 * Records how many invocations of all functions run at once. No concurrency is reserved, so both metrics are the same.
 */
export function meteredConcurrency(concurrency: Concurrency, metrics: Metrics): Concurrency {
  let running = 0
  return {
    async enter() {
      const leave = await concurrency.enter()
      running += 1
      metrics.add(NAMESPACE, 'ConcurrentExecutions', {}, running)
      metrics.add(NAMESPACE, 'ClaimedAccountConcurrency', {}, running)
      return () => {
        running -= 1
        leave()
      }
    },
  }
}
