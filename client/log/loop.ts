import { backoffMs } from '../backoff.ts'
import type { Core } from '../core.ts'
import type { RequestError } from '../errors.ts'

export interface Loop {
  /** Goes on if something is due. */
  check(): void
  /** Gives up the step in progress and the wait after a failure, and begins again. */
  restart(): void
  stop(): void
}

/**
 * Takes one step after another as long as something is due. After a step that failed it waits, longer each time.
 *
 * @param step gets a function that says whether its result is still wanted
 */
export function createLoop(
  { clock, random }: Pick<Core, 'clock' | 'random'>,
  isDue: () => boolean,
  step: (isWanted: () => boolean) => Promise<void>,
): Loop {
  let runs = 0
  let isRunning = false
  let failures = 0
  let timer: unknown

  async function run(): Promise<void> {
    const id = ++runs
    const isWanted = () => id === runs
    isRunning = true
    try {
      while (isDue()) {
        await step(isWanted)
        if (!isWanted()) return
        failures = 0
      }
    } catch (error) {
      if (!isWanted()) return
      const waitMs = Math.max((error as RequestError).retryAfterMs ?? 0, backoffMs(failures++, random))
      timer = clock.setTimeout(() => {
        timer = undefined
        check()
      }, waitMs)
    }
    isRunning = false
  }

  function check(): void {
    if (!isRunning && timer === undefined && isDue()) void run()
  }

  function stop(): void {
    runs++
    isRunning = false
    failures = 0
    clock.clearTimeout(timer)
    timer = undefined
  }

  return {
    check,
    stop,
    restart() {
      stop()
      check()
    },
  }
}
