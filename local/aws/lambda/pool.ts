import type { Concurrency } from './concurrency.ts'
import { type Container, type ContainerDefinition, type Log, startContainer } from './container.ts'
import { FunctionError } from './invoke.ts'

export interface PoolOptions {
  readonly definition: ContainerDefinition
  readonly concurrency: Concurrency
  readonly log: Log
}

/**
 * The containers of one function. Starts a container when none is idle, as Lambda does. Otherwise reuses the
 * one that was used most recently.
 */
export function createPool({ definition: first, concurrency, log }: PoolOptions) {
  let definition = first
  let closed = false
  const containers = new Set<Container>()
  const idle: Container[] = []
  /** Loaded, but not yet committed. */
  const candidates = new Set<Container>()
  /** Containers that run the code from before a reload. */
  const retired = new WeakSet<Container>()

  const discard = (container: Container) => {
    containers.delete(container)
    candidates.delete(container)
    return container.terminate()
  }
  const take = (): Container => {
    for (let last = idle.pop(); last; last = idle.pop()) {
      if (!last.dead) return last
      containers.delete(last)
    }
    const container = startContainer(definition, log)
    containers.add(container)
    return container
  }
  const giveBack = (container: Container) => {
    if (container.dead || retired.has(container) || closed) void discard(container)
    else idle.push(container)
  }
  const requireOpen = () => {
    if (closed) throw new FunctionError(`${definition.name}: the runtime has stopped`)
  }

  return {
    /** Rejects if the result is no longer wanted by the time the invocation could start. */
    async invoke(event: unknown, isWanted = () => true): Promise<unknown> {
      requireOpen()
      const leave = await concurrency.enter()
      try {
        requireOpen()
        if (!isWanted()) throw new FunctionError(`${definition.name}: the caller no longer waits for it`)
        const container = take()
        // Returned to the pool before the caller resumes, so that the caller's next invocation finds it idle.
        return await container.run(event).finally(() => giveBack(container))
      } finally {
        leave()
      }
    },
    /** Loads one container before its first invocation; rejects if the code does not load. */
    async prepare(next = definition) {
      const container = startContainer(next, log)
      candidates.add(container)
      try {
        await container.ready
      } catch (error) {
        candidates.delete(container)
        throw error
      }
      return {
        /** Uses this code from the next invocation on; running invocations finish on the previous code. */
        commit(): void {
          if (next !== definition) {
            definition = next
            for (const old of containers) retired.add(old)
            for (const old of idle.splice(0)) void discard(old)
          }
          candidates.delete(container)
          containers.add(container)
          giveBack(container)
        },
        discard: () => discard(container),
      }
    },
    async close(): Promise<void> {
      closed = true
      await Promise.all([...containers, ...candidates].map(discard))
    },
  }
}

export type Pool = ReturnType<typeof createPool>
