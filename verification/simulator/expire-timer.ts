import { Random } from '../model/random.ts'
import type { Functions } from './functions.ts'
import type { RunOptions } from './run.ts'
import type { Scheduler } from './scheduler.ts'

/**
 * A run during which most messages expire. A key that is used again after its message has expired names a new message.
 */
export const expiring: RunOptions = {
  retentionMs: 70_000,
  workload: {
    lengthMs: 200_000,
    messages: 30,
    edits: 8,
    marks: 16,
    drops: 6,
    toggles: 6,
    reloads: 6,
    forgeries: 0,
  },
}

/** How many checks of logs are made, at random times. */
const CHECKS = 12

/** Checks the logs of users at random times, instead of once in 25 hours. */
export function expireAtTimes(
  scheduler: Scheduler,
  functions: Functions,
  users: readonly string[],
  { seed, lengthMs }: { readonly seed: number; readonly lengthMs: number },
): void {
  const random = new Random(seed + 3_000_003)
  for (let n = 0; n < CHECKS; n++) {
    const body = JSON.stringify({ task: 'expire', user: random.pick(users) })
    scheduler.after(random.below(lengthMs), `message ${body}`, () =>
      scheduler.background(functions.worker({ Records: [{ messageId: `expire${n}`, body }] })),
    )
  }
}
