import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../client/types.ts'

export const START_MS = Date.parse('2026-01-01T12:00:00.000Z')

let now = START_MS
const timers = new Set<{ readonly at: number; readonly run: () => void }>()
/** A clock that only moves with `pass`. */
export const clock: Clock = {
  now: () => now,
  setTimeout(run, ms) {
    const timer = { at: now + ms, run }
    timers.add(timer)
    return timer
  },
  clearTimeout: (timer) => void timers.delete(timer as never),
}

/** Lets time pass, and runs the timers that become due. */
export async function pass(ms: number): Promise<void> {
  const until = now + ms
  for (;;) {
    await setImmediate()
    const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
    if (!next) break
    timers.delete(next)
    now = Math.max(now, next.at)
    next.run()
  }
  now = until
}
