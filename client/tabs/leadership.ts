import type { Clock, Page, Tabs } from '../types.ts'

/** At most; with `ANSWER_WITHIN_MS`, a frozen leader is replaced within 5 s. */
const ASK_EVERY_MS = 1_500
const ANSWER_WITHIN_MS = 3_000
/** A timer that is later than this shows that this page was suspended itself, and cannot blame the leader. */
const LATE_MS = 1_000

/** Whether this tab leads: the tab that holds the lock does. */
export interface Leadership {
  /** Waits for the lock of this name, and gives up first what this tab holds. */
  enter(name: string): void
  /** Gives the lock up and does not wait for it. */
  exit(): void
  /** Asks the leader for a sign of life, if this tab is visible and does not lead. */
  ask(): void
  /** The leader has given a sign of life, or there is about to be another one. */
  heard(): void
}

interface Deps {
  readonly clock: Clock
  readonly random: () => number
  readonly page: Page
  readonly tabs: Tabs
  /** Posts the question to the leader. */
  question(): void
  /** This tab steals the lock, and the others must not do so as well. */
  onSteal(): void
  onLead(): void
  /** The lock was stolen. This tab waits for it again. */
  onLost(): void
  /** Locks do not work. This tab leads without one. */
  onAlone(): void
}

/**
 * A leader that is closed or crashes loses its lock to the next tab that waits. A leader that is frozen keeps it, so
 * visible tabs ask the leader for signs of life, and steal the lock if none comes. Hidden tabs do not: their timers are
 * throttled, and nobody is looking.
 */
export function createLeadership({ clock, random, page, tabs, ...deps }: Deps): Leadership {
  let lock = ''
  let role: 'away' | 'follower' | 'leader' = 'away'
  let release: (() => void) | undefined
  let askedAt: number | undefined
  let timer: unknown

  function become(next: typeof role) {
    role = next
    askedAt = undefined
    clock.clearTimeout(timer)
  }

  function acquire(steal: boolean) {
    release?.()
    release = undefined
    become('follower')
    const lead = () => {
      become('leader')
      deps.onLead()
    }
    release = tabs.lock(lock, steal, {
      held: lead,
      stolen() {
        deps.onLost()
        acquire(false)
      },
      failed() {
        deps.onAlone()
        lead()
      },
    })
    askLater()
  }

  function ask() {
    if (role !== 'follower' || askedAt !== undefined) return
    clock.clearTimeout(timer)
    askedAt = clock.now()
    timer = clock.setTimeout(check, ANSWER_WITHIN_MS)
    deps.question()
  }

  function askIfVisible() {
    if (page.isVisible()) ask()
  }

  /** All tabs hear the leader at the same time, and are not to find it silent at the same time. */
  function askLater() {
    if (role !== 'follower') return
    askedAt = undefined
    clock.clearTimeout(timer)
    timer = clock.setTimeout(askIfVisible, ASK_EVERY_MS * (1 - random() / 2))
  }

  function check() {
    const waited = clock.now() - (askedAt ?? 0)
    askedAt = undefined
    if (waited > ANSWER_WITHIN_MS + LATE_MS) askIfVisible()
    else if (page.isVisible()) {
      deps.onSteal()
      acquire(true)
    }
  }

  return {
    enter(name) {
      lock = name
      acquire(false)
      ask()
    },
    exit() {
      release?.()
      release = undefined
      become('away')
    },
    ask: askIfVisible,
    heard: askLater,
  }
}
