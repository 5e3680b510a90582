import type { Clock } from '../../../client/types.ts'

const START_MS = Date.parse('2026-01-01T12:00:00.000Z')

/** A clock that only moves when a test advances it. */
export function virtualClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = START_MS
  let last = 0
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>()
  const next = (until: number) =>
    [...timers]
      .filter(([, { at }]) => at <= until)
      .sort(([idA, a], [idB, b]) => a.at - b.at || idA - idB)
      .at(0)
  return {
    now: () => now,
    setTimeout(run, ms) {
      timers.set(++last, { at: now + Math.max(0, ms), run })
      return last
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
    /** Runs every timer that becomes due, in order, and lets promises settle in between. */
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let due = next(until); due; due = next(until)) {
        const [id, { at, run }] = due
        timers.delete(id)
        now = at
        run()
        await settle()
      }
      now = until
      await settle()
    },
  }
}

/** Lets all promises settle that wait for nothing but each other. */
export const settle = () => new Promise<void>((resolve) => void setImmediate(resolve))
