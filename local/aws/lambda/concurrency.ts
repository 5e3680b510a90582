import { availableParallelism, cpus } from 'node:os'
import { type Deferred, deferred } from './deferred.ts'

/** Who waits for an invocation, the most urgent first: a client who is connected, one who wants to be, or nobody. */
export const urgencies = ['client', 'handshake', 'background'] as const
export type Urgency = (typeof urgencies)[number]

/** What all functions share, like the concurrency of an AWS account. */
export interface Concurrency {
  /** Resolves when an invocation may run, with what is to be called once, when it has ended. */
  enter(urgency: Urgency): Promise<() => void>
}

export interface ConcurrencyOptions {
  /** How many run at once without a second thought. @default - two for each core, from four to `maximum` */
  readonly enough?: number
  /** How many may run at once at most. @default 32 */
  readonly maximum?: number
  /** Whether one core's worth has rested for half of the time since this was last asked. @default - what the system says */
  readonly hasIdleCore?: () => boolean
}

/**
 * While anybody waits it is asked so often whether a core is idle, and one more may run beside those who only wait, on a
 * hanging post. Milliseconds.
 */
const WAITS_FOR_ANOTHER = 250
/**
 * Of so many that begin about one is a handshake if any waits, and one is work for which nobody waits: clients who never
 * pause would keep both out for ever.
 */
const SHARES = { handshake: 4, background: 16 } as const

/**
 * Lets the most urgent go first. What the cores cannot carry only makes everything late, whereas containers that wait leave
 * them idle: then another may run.
 */
export function createConcurrency(options: ConcurrencyOptions = {}): Concurrency {
  const {
    enough = Math.max(4, 2 * availableParallelism()),
    maximum = 32,
    hasIdleCore = idleCores(),
  } = options
  const lines: Record<Urgency, Deferred<() => void>[]> = { client: [], handshake: [], background: [] }
  const usual = Math.min(enough, maximum)
  let allowed = usual
  let running = 0
  let begun = 0
  let watch: NodeJS.Timeout | undefined

  const isAnyoneWaiting = () => urgencies.some((urgency) => lines[urgency].length > 0)
  const next = () => {
    const favoured = (['background', 'handshake'] as const).filter((urgency) => begun % SHARES[urgency] === 0)
    for (const urgency of [...favoured, ...urgencies]) {
      const first = lines[urgency].shift()
      if (first) return first
    }
    return undefined
  }
  const admit = () => {
    while (running < allowed && isAnyoneWaiting()) {
      running += 1
      begun += 1
      next()?.resolve(leave)
    }
    if (isAnyoneWaiting()) watch ??= startWatch()
    else stopWatch()
  }
  const leave = () => {
    running -= 1
    admit()
  }
  const startWatch = () => {
    // What was idle before counts for nothing.
    hasIdleCore()
    const timer = setInterval(() => {
      if (allowed < maximum && hasIdleCore()) allowed += 1
      admit()
    }, WAITS_FOR_ANOTHER)
    return timer.unref()
  }
  const stopWatch = () => {
    clearInterval(watch)
    watch = undefined
    allowed = usual
  }

  return {
    enter(urgency) {
      const turn = deferred<() => void>()
      lines[urgency].push(turn)
      admit()
      return turn.promise
    },
  }
}

/** A core counts as idle if all together rested for half of the time since the last question. */
function idleCores(): () => boolean {
  const idleMs = () => cpus().reduce((sum, { times }) => sum + times.idle, 0)
  let idle = idleMs()
  let at = performance.now()
  return () => {
    const [idleBefore, before] = [idle, at]
    idle = idleMs()
    at = performance.now()
    return idle - idleBefore > (at - before) / 2
  }
}
