import type { Concurrency } from './concurrency.ts'
import { type Container, type ContainerDefinition, type Log, startContainer } from './container.ts'
import { type Deferred, deferred } from './deferred.ts'
import { FunctionError } from './invoke.ts'

export interface PoolOptions {
  readonly definition: ContainerDefinition
  readonly concurrency: Concurrency
  readonly log: Log
  /** How long a container may be idle. The last container is never ended. @default 10,000 */
  readonly maxIdleMs?: number
}

/**
 * Up to this number, a container is started as soon as all others are busy. Each takes 30 MB or more, and on few cores,
 * more containers do not run faster.
 */
const PROMPT_CONTAINERS = 2

/**
 * Above that number, a container is started if invocations wait and no container becomes free within this time. The
 * present containers may be waiting themselves, for example for a post that hangs.
 */
const GROWTH_DELAY_MS = 100

/**
 * The containers of one function. An invocation runs in the idle container that was used most recently. If all are
 * busy, a second one is started, as Lambda does; further ones are started only if none becomes free.
 */
export function createPool({ definition: first, concurrency, log, maxIdleMs = 10_000 }: PoolOptions) {
  let definition = first
  let closed = false
  /** All containers, including those that are loading. */
  const containers = new Set<Container>()
  const idle: Container[] = []
  const waiting: Deferred<Container>[] = []
  let loading = 0
  let growth: NodeJS.Timeout | undefined
  /** Containers that `prepare` loads. They are not in use before `commit`. */
  const candidates = new Set<Container>()
  /** Containers that run the code from before a reload. */
  const retired = new WeakSet<Container>()
  /** The fewest idle containers since `shrinking` was set. */
  let unused = 0
  let shrinking: NodeJS.Timeout | undefined

  const discard = (container: Container) => {
    containers.delete(container)
    candidates.delete(container)
    return container.terminate()
  }
  const start = () => {
    const container = startContainer(definition, log)
    containers.add(container)
    loading += 1
    watchGrowth()
    container.ready
      .finally(() => {
        loading -= 1
      })
      .then(
        () => giveBack(container),
        (error: unknown) => {
          containers.delete(container)
          waiting.shift()?.reject(error)
          if (waiting.length > 0) start()
        },
      )
  }
  const watchGrowth = () => {
    clearTimeout(growth)
    growth = waiting.length > 0 && loading === 0 ? setTimeout(start, GROWTH_DELAY_MS) : undefined
  }
  const take = async (): Promise<Container> => {
    for (let last = idle.pop(); last; last = idle.pop()) {
      unused = Math.min(unused, idle.length)
      if (!last.dead) return last
      containers.delete(last)
    }
    const turn = deferred<Container>()
    waiting.push(turn)
    if (containers.size < PROMPT_CONTAINERS) start()
    else if (growth === undefined) watchGrowth()
    return await turn.promise
  }
  const giveBack = (container: Container) => {
    if (container.dead || retired.has(container) || closed) {
      void discard(container)
      // The container may have been started for one of these invocations.
      if (waiting.length > 0) start()
      return
    }
    const next = waiting.shift()
    watchGrowth()
    if (next) return next.resolve(container)
    idle.push(container)
    if (containers.size > 1 && shrinking === undefined) {
      unused = idle.length
      shrinking = setTimeout(shrink, maxIdleMs).unref()
    }
  }
  /** Ends the containers that were not needed since `shrinking` was set, except the last one. */
  const shrink = () => {
    shrinking = undefined
    for (const container of idle.splice(0, Math.min(unused, containers.size - 1))) void discard(container)
    if (containers.size <= 1) return
    unused = idle.length
    shrinking = setTimeout(shrink, maxIdleMs).unref()
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
        const container = await take()
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
      clearTimeout(shrinking)
      clearTimeout(growth)
      const error = new FunctionError(`${definition.name}: the runtime has stopped`)
      for (const turn of waiting.splice(0)) turn.reject(error)
      await Promise.all([...containers, ...candidates].map(discard))
    },
  }
}

export type Pool = ReturnType<typeof createPool>
