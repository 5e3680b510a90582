import type { Clock } from './types.ts'

/** A clock whose timers can all be ended at once. After that, it starts no new ones. */
export function createTimers(clock: Clock): Clock & { stop(): void } {
  const timers = new Set<unknown>()
  let isStopped = false

  function clearTimeout(timer: unknown): void {
    timers.delete(timer)
    clock.clearTimeout(timer)
  }
  return {
    now: () => clock.now(),
    setTimeout(run, ms) {
      if (isStopped) return
      const timer = clock.setTimeout(() => {
        timers.delete(timer)
        run()
      }, ms)
      timers.add(timer)
      return timer
    },
    clearTimeout,
    stop() {
      isStopped = true
      timers.forEach(clearTimeout)
    },
  }
}
