import type { Core } from '../core.ts'
import { followPeriods, periodOf } from '../period.ts'

const RETRY_MS = 20_000
/**
 * How long to wait for other pushes that explain the same change. The random part spreads the calls of the clients of a
 * large group.
 */
const DELAY_MS = 250
const SPREAD_MS = 750

export interface Reader {
  /** Reads soon, if that is still needed then. */
  readSoon(isNeeded?: () => boolean): void
  /** Calls `run` once nothing else is being read. */
  inTurn(run: () => Promise<void>): Promise<void>
  isStopped(): boolean
  stop(): void
}

/**
 * Decides when a list is read again: when a session begins that does not take the place of an open one, when polling
 * begins, and when a push alone does not tell what has changed.
 */
export function createReader({ clock, random, link }: Core, read: () => Promise<void>): Reader {
  let reasons: (() => boolean)[] = []
  let last = Promise.resolve()
  let isDue = false
  let isStopped = false

  function inTurn(run: () => Promise<void>): Promise<void> {
    const done = last.then(run)
    last = done.catch(() => {})
    return done
  }

  function now(): void {
    if (isDue || isStopped) return
    isDue = true
    inTurn(() => {
      isDue = false
      return read()
    }).catch(() => readSoon(undefined, RETRY_MS))
  }

  function readSoon(isNeeded: () => boolean = () => true, delayMs = DELAY_MS + random() * SPREAD_MS): void {
    if (isStopped || !isNeeded()) return
    if (!reasons.length) clock.setTimeout(check, delayMs)
    reasons.push(isNeeded)
  }

  function check(): void {
    const isStillNeeded = reasons.some((isNeeded) => isNeeded())
    reasons = []
    // In any other phase, the list is read anyway when the next session begins.
    if (isStillNeeded && periodOf(link)) now()
  }

  const unsubscribe = followPeriods(link, (period, isContinued) => {
    if (period && !isContinued) now()
  })
  return {
    readSoon,
    inTurn,
    isStopped: () => isStopped,
    stop() {
      isStopped = true
      unsubscribe()
    },
  }
}
