import type { Faults } from './faults.ts'
import type { Functions } from './functions.ts'
import type { Scheduler } from './scheduler.ts'

const MINUTE = 60_000

/** Has the product sweep once a minute, at whatever second; EventBridge may invoke it twice. */
export function startSchedule(scheduler: Scheduler, functions: Functions, faults: () => Faults): void {
  const sweep = () => {
    functions
      .worker({ task: 'sweep' })
      .catch((error: unknown) => scheduler.history.violate('stuck', String(error)))
  }
  const tick = () => {
    scheduler.after(MINUTE, 'schedule', tick)
    sweep()
    if (scheduler.random.chance(faults().duplicate)) sweep()
  }
  scheduler.after(scheduler.random.below(MINUTE), 'schedule', tick)
}
