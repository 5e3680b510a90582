import type { Source } from '../readable.ts'
import type { Clock, Page, Tabs } from '../types.ts'

/** The longest pause between two questions. With `ANSWER_WITHIN_MS`, a frozen leader is replaced within 5 s. */
const ASK_EVERY_MS = 1500
const ANSWER_WITHIN_MS = 3000
/** A timer that is late by more than this shows that this page itself was suspended, and the leader is not to blame. */
const LATE_MS = 1000

export interface Leadership {
  /** Notes that the leader has given a sign of life. */
  heard(): void
  /** Waits for the lock of this name. */
  enter(name: string): void
  /** Gives the lock up, or does not wait for it any more. */
  exit(): void
  /** Notes that the leader was asked for something, and must now give a sign of life. */
  expect(): void
}

/**
 * The tab that holds the lock leads. A leader that is closed or crashes loses its lock to the next tab that waits. A
 * leader that is frozen keeps its lock, so visible tabs ask the leader for signs of life, and steal the lock if none
 * comes. Hidden tabs do not ask, because their timers are throttled.
 *
 * @param isLeader is set here
 * @param ask asks the leader for a sign of life, and calls `expect`
 * @param separate called if locks do not work: this tab then leads without a lock
 */
export function createLeadership(
  { clock, random, page }: { clock: Clock; random: () => number; page: Page },
  tabs: Tabs,
  isLeader: Source<boolean>,
  ask: () => void,
  separate: () => void,
): Leadership {
  let lock = ''
  let release = () => {}
  let askedAt = 0
  let timer: unknown

  function setTimer(run: () => void, ms: number): void {
    clock.clearTimeout(timer)
    timer = clock.setTimeout(() => {
      if (page.isVisible()) run()
      // Once the tab is visible again, it asks the leader again.
      else askedAt = 0
    }, ms)
  }

  /** All tabs hear the leader at the same time. The random part keeps them from asking it at the same time. */
  function heard(): void {
    askedAt = 0
    setTimer(ask, ASK_EVERY_MS * (1 - random() / 2))
  }

  function acquire(steal: boolean): void {
    release()
    release = tabs.lock(lock, steal, {
      held() {
        heard()
        isLeader.set(true)
      },
      stolen() {
        isLeader.set(false)
        acquire(false)
      },
      failed() {
        separate()
        isLeader.set(true)
      },
    })
    heard()
  }

  return {
    heard,
    enter(name) {
      lock = name
      acquire(false)
    },
    exit() {
      clock.clearTimeout(timer)
      release()
      isLeader.set(false)
    },
    expect() {
      if (askedAt || !page.isVisible()) return
      askedAt = clock.now()
      setTimer(() => {
        const waitedMs = clock.now() - askedAt
        askedAt = 0
        if (waitedMs > ANSWER_WITHIN_MS + LATE_MS) ask()
        else acquire(true)
      }, ANSWER_WITHIN_MS)
    },
  }
}
