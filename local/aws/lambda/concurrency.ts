import { availableParallelism, cpus } from 'node:os'
import { type Deferred, deferred } from './deferred.ts'
import { ThrottledError } from './invoke.ts'

/** The concurrency that all functions share, as in an AWS account. */
export interface Concurrency {
  /**
   * Resolves when an invocation may run. The result is a function that must be called once, when the invocation has
   * ended. Rejects with a `ThrottledError` if the invocation is refused.
   */
  enter(): Promise<() => void>
}

/** Runs at most `limit` invocations at once and refuses further ones, as Lambda does in an account with that limit. */
export function limitedConcurrency(limit: number, onRefused: () => void = () => undefined): Concurrency {
  let running = 0
  return {
    async enter() {
      if (running >= limit) {
        onRefused()
        throw new ThrottledError()
      }
      running += 1
      return () => {
        running -= 1
      }
    },
  }
}

export interface QueuedConcurrencyOptions {
  /**
   * How many invocations may run at once while the cores are busy. @default - two per core, at least 4, at most
   * `maximum`
   */
  readonly baseline?: number
  /** How many invocations may ever run at once. @default 32 */
  readonly maximum?: number
  /**
   * True if at least half a core was idle on average since the previous call. @default - measured by the operating
   * system
   */
  readonly hasIdleCore?: () => boolean
  /** Milliseconds since any point in time. @default performance.now */
  readonly now?: () => number
}

/**
 * How often to check for an idle core while invocations are queued. Whenever a core is idle, another invocation may
 * start, because those that run are only waiting, for example for a post that hangs.
 */
const IDLE_CHECK_INTERVAL_MS = 250

/**
 * While the first invocation in the queue has waited longer than this, further ones are refused. Lambda runs many more
 * at once and lets none wait, so its callers expect no waiting. They would repeat calls that are still in the queue,
 * and the queue would only grow.
 */
const MAX_WAIT_MS = 5000

/**
 * Runs as many invocations as this machine can handle; the others wait and start in the order in which they arrived.
 * Running more at once would only slow all of them down. But when the running invocations leave a core idle, another
 * one may start.
 */
export function queuedConcurrency(options: QueuedConcurrencyOptions = {}): Concurrency {
  const {
    baseline = Math.max(4, 2 * availableParallelism()),
    maximum = 32,
    hasIdleCore = idleCores(),
    now = () => performance.now(),
  } = options
  const queue: { readonly since: number; readonly turn: Deferred<() => void> }[] = []
  const initial = Math.min(baseline, maximum)
  let allowed = initial
  let running = 0
  let watch: NodeJS.Timeout | undefined

  const admit = () => {
    while (running < allowed && queue.length > 0) {
      running += 1
      queue.shift()?.turn.resolve(leave)
    }
    if (queue.length > 0) watch ??= startWatch()
    else stopWatch()
  }
  const leave = () => {
    running -= 1
    admit()
  }
  const startWatch = () => {
    // Resets the measurement: idle time before now does not count.
    hasIdleCore()
    const timer = setInterval(() => {
      if (allowed < maximum && hasIdleCore()) allowed += 1
      admit()
    }, IDLE_CHECK_INTERVAL_MS)
    return timer.unref()
  }
  const stopWatch = () => {
    clearInterval(watch)
    watch = undefined
    allowed = initial
  }

  return {
    async enter() {
      if (queue[0] && now() - queue[0].since > MAX_WAIT_MS) throw new ThrottledError()
      const turn = deferred<() => void>()
      queue.push({ since: now(), turn })
      admit()
      return await turn.promise
    },
  }
}

/** Compares the idle time of all cores with half of the time since the previous call. */
function idleCores(): () => boolean {
  const totalIdleMs = () => cpus().reduce((sum, { times }) => sum + times.idle, 0)
  let idle = totalIdleMs()
  let at = performance.now()
  return () => {
    const [idleBefore, before] = [idle, at]
    idle = totalIdleMs()
    at = performance.now()
    return idle - idleBefore > (at - before) / 2
  }
}
