import { availableParallelism, cpus } from 'node:os'
import { type Deferred, deferred } from './deferred.ts'

/**
 * The caller of an invocation, most urgent first: a connected client, a client that is connecting, or no client.
 */
export const urgencies = ['client', 'handshake', 'background'] as const
export type Urgency = (typeof urgencies)[number]

/** The concurrency that all functions share, as in an AWS account. */
export interface Concurrency {
  /** Resolves when an invocation may run, with a function to call once when it has ended. */
  enter(urgency: Urgency): Promise<() => void>
}

export interface ConcurrencyOptions {
  /** How many invocations may run at once while the cores are busy. @default - two per core, at least 4, at most `maximum` */
  readonly baseline?: number
  /** How many invocations may ever run at once. @default 32 */
  readonly maximum?: number
  /** True if at least half a core was idle on average since the previous call. @default - measured by the operating system */
  readonly hasIdleCore?: () => boolean
}

/**
 * How often to check for an idle core while invocations are queued. Whenever a core is idle, another
 * invocation may start, because the running ones are only waiting, for example for a post that hangs.
 */
const IDLE_CHECK_INTERVAL_MS = 250
/**
 * Every 4th invocation that starts is a handshake and every 16th is background work, if any is queued.
 * Otherwise, clients that never pause would starve both.
 */
const STARVATION_SHARES = { handshake: 4, background: 16 } as const

/**
 * Runs queued invocations in order of urgency. More invocations than the cores can handle would only slow all of them down;
 * but when the running ones are waiting and leave a core idle, another may start.
 */
export function createConcurrency(options: ConcurrencyOptions = {}): Concurrency {
  const {
    baseline = Math.max(4, 2 * availableParallelism()),
    maximum = 32,
    hasIdleCore = idleCores(),
  } = options
  const queues: Record<Urgency, Deferred<() => void>[]> = { client: [], handshake: [], background: [] }
  const initial = Math.min(baseline, maximum)
  let allowed = initial
  let running = 0
  let started = 0
  let watch: NodeJS.Timeout | undefined

  const hasQueued = () => urgencies.some((urgency) => queues[urgency].length > 0)
  const next = () => {
    const favored = (['background', 'handshake'] as const).filter(
      (urgency) => started % STARVATION_SHARES[urgency] === 0,
    )
    const urgency = [...favored, ...urgencies].find((candidate) => queues[candidate].length > 0)
    return urgency && queues[urgency].shift()
  }
  const admit = () => {
    while (running < allowed && hasQueued()) {
      running += 1
      started += 1
      next()?.resolve(leave)
    }
    if (hasQueued()) watch ??= startWatch()
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
    enter(urgency) {
      const turn = deferred<() => void>()
      queues[urgency].push(turn)
      admit()
      return turn.promise
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
