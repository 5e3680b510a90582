import { backoffMs } from '../backoff.ts'
import type { RequestError } from '../errors.ts'
import type { RoomContext } from './context.ts'

export interface Loop {
  /** Goes on if something is due. */
  check(): void
  /** Gives up the step in progress, or the wait after it. */
  stop(): void
}

/**
 * Takes one step after another as long as something is due and the user takes part. After each failure in a row, it
 * waits longer.
 *
 * @param step gets a function that says whether its result is still wanted; returns how long to wait after it
 */
export function createLoop(
  room: RoomContext,
  isDue: () => boolean,
  step: (isWanted: () => boolean) => Promise<number>,
): Loop {
  const { clock, random } = room.core
  let run = 0
  let isBusy = false
  let failures = 0
  let timer: unknown

  async function check(): Promise<void> {
    if (isBusy || room.hasEnded || !isDue()) return
    isBusy = true
    const id = run
    const isWanted = () => id === run
    let waitMs = 0
    try {
      waitMs = await step(isWanted)
      failures = 0
    } catch (error) {
      if (!isWanted()) return
      const { retryAfterMs = 0 } = error as RequestError
      waitMs = Math.max(retryAfterMs, backoffMs(failures++, random))
    }
    if (!isWanted()) return
    if (waitMs) timer = clock.setTimeout(goOn, waitMs)
    else goOn()
  }

  function goOn(): void {
    isBusy = false
    void check()
  }

  return {
    check,
    stop() {
      run++
      isBusy = false
      clock.clearTimeout(timer)
    },
  }
}
