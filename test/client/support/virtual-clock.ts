import type { Clock } from '../../../client/types.ts'

const START_MS = Date.parse('2026-01-01T12:00:00.000Z')
const STEP_MS = 1000
const LIMIT_MS = 24 * 60 * 60_000

export interface VirtualClock extends Clock {
  /** Runs every timer that becomes due, in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>
  /** Advances until this is true. */
  until(isDone: () => boolean): Promise<void>
  /** Time passes without any timer running, as while a machine sleeps. */
  sleep(ms: number): void
  /** The user or the system sets the clock back, and timers go on. */
  setBack(ms: number): void
}

/** A clock that only moves when a test advances it. */
export function virtualClock(): VirtualClock {
  let now = START_MS
  let setBackMs = 0
  let last = 0
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>()
  const next = (until: number) =>
    [...timers]
      .filter(([, { at }]) => at <= until)
      .sort(([idA, a], [idB, b]) => a.at - b.at || idA - idB)
      .at(0)

  async function advance(ms: number): Promise<void> {
    const until = now + ms
    await settle()
    for (let due = next(until); due; due = next(until)) {
      const [id, { at, run }] = due
      timers.delete(id)
      now = Math.max(now, at)
      run()
      await settle()
    }
    now = until
    await settle()
  }
  return {
    now: () => now - setBackMs,
    setTimeout(run, ms) {
      timers.set(++last, { at: now + Math.max(0, ms), run })
      return last
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
    advance,
    async until(isDone) {
      const limit = now + LIMIT_MS
      while (!isDone()) {
        if (now > limit) throw new Error('it did not happen within a day')
        await advance(STEP_MS)
      }
    },
    sleep: (ms) => {
      now += ms
    },
    setBack: (ms) => {
      setBackMs += ms
    },
  }
}

/** Lets all promises settle that wait for nothing but each other. */
export const settle = () => new Promise<void>((resolve) => void setImmediate(resolve))
