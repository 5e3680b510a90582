import { availableParallelism } from 'node:os'
import { FunctionError } from '../gateway/model.ts'
import { type Container, type ContainerDefinition, type Log, startContainer } from './container.ts'
import { type Deferred, deferred } from './deferred.ts'

/** The containers of one function. */
export interface Pool {
  invoke(event: unknown): Promise<unknown>
  /** Loads one container of the code ahead of its first invocation; rejects when it does not load. */
  prepare(definition?: ContainerDefinition): Promise<Prepared>
  close(): Promise<void>
}

/** Code that has proved to load. */
export interface Prepared {
  /** From now on this code runs; containers at work with other code finish their invocation first. */
  commit(): void
  discard(): Promise<void>
}

export interface PoolOptions {
  readonly definition: ContainerDefinition
  readonly log: Log
  /** How many containers run at once without a second thought; two for each core and four at least, unless said otherwise. */
  readonly enough?: number
  /** How many there may be at most, 8 unless said otherwise; what is above waits, first come first served. */
  readonly maximum?: number
}

interface Waiting {
  readonly event: unknown
  readonly since: number
  readonly settle: Deferred<unknown>
}

/** Containers that work take the cores from each other; those that only wait, on a hanging post, do not. Milliseconds. */
const WAITS_FOR_ANOTHER = 250

/**
 * Grows when nothing is idle, like Lambda, and beyond what the cores can carry only for those who have waited; takes the
 * container that worked last, so that the others can be old.
 */
export function createPool({ definition: first, log, maximum = 8, ...options }: PoolOptions): Pool {
  const enough = Math.min(maximum, options.enough ?? Math.max(4, 2 * availableParallelism()))
  let definition = first
  let closed = false
  const containers = new Set<Container>()
  const idle: Container[] = []
  /** Loaded, but not yet at work. */
  const candidates = new Set<Container>()
  const queue: Waiting[] = []
  let growing: NodeJS.Timeout | undefined
  /** Containers with the code before a reload. */
  const retired = new WeakSet<Container>()

  const discard = (container: Container) => {
    containers.delete(container)
    candidates.delete(container)
    return container.terminate()
  }

  const start = () => {
    const container = startContainer(definition, log)
    containers.add(container)
    return container
  }

  const take = (): Container | undefined => {
    for (let last = idle.pop(); last; last = idle.pop()) {
      if (!last.dead) return last
      containers.delete(last)
    }
    return containers.size < enough ? start() : undefined
  }

  const giveBack = (container: Container) => {
    if (container.dead || retired.has(container) || closed) void discard(container)
    else idle.push(container)
  }

  const work = async (container: Container, { event, settle }: Waiting) => {
    const outcome = await container.run(event).then(
      (result) => () => settle.resolve(result),
      (error: unknown) => () => settle.reject(error),
    )
    // Given back before the caller knows, so that the caller's next invocation finds it idle.
    giveBack(container)
    outcome()
    dispatch()
  }

  const dispatch = () => {
    while (queue.length > 0) {
      const container = take()
      const next = container && queue.shift()
      if (!container || !next) return growLater()
      void work(container, next)
    }
  }

  /** Starts another container for whoever then has waited long enough. */
  const growLater = () => {
    if (growing || containers.size >= maximum) return
    growing = setTimeout(() => {
      growing = undefined
      const waited = performance.now() - (queue[0]?.since ?? Number.POSITIVE_INFINITY)
      const next = waited >= WAITS_FOR_ANOTHER && !closed ? queue.shift() : undefined
      if (next) void work(start(), next)
      dispatch()
    }, WAITS_FOR_ANOTHER)
    growing.unref()
  }

  return {
    invoke(event) {
      if (closed) return Promise.reject(new FunctionError(`${definition.name}: the runtime has stopped`))
      const settle = deferred<unknown>()
      queue.push({ event, since: performance.now(), settle })
      dispatch()
      return settle.promise
    },
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
        commit() {
          if (next !== definition) {
            definition = next
            for (const old of containers) retired.add(old)
            for (const old of idle.splice(0)) void discard(old)
          }
          candidates.delete(container)
          containers.add(container)
          giveBack(container)
          dispatch()
        },
        discard: () => discard(container),
      }
    },
    async close() {
      closed = true
      clearTimeout(growing)
      for (const { settle } of queue.splice(0)) {
        settle.reject(new FunctionError(`${definition.name}: the runtime has stopped`))
      }
      await Promise.all([...containers, ...candidates].map(discard))
    },
  }
}
