import type { Functions } from './functions.ts'
import type { Scheduler } from './scheduler.ts'

const MINUTE_MS = 60_000

/** Invokes the sweep once a minute, at a random second of the minute. Like EventBridge, it may invoke it twice. */
export function startSweepTimer(scheduler: Scheduler, functions: Functions): void {
  const sweep = () => scheduler.background(functions.worker({ task: 'sweep' }))
  const tick = () => {
    scheduler.after(MINUTE_MS, 'sweep timer', tick)
    sweep()
    if (scheduler.random.chance(scheduler.faults.duplicate)) sweep()
  }
  scheduler.after(scheduler.random.below(MINUTE_MS), 'sweep timer', tick)
}
