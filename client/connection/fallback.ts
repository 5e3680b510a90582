import type { Clock } from '../types.ts'

/** Without a socket for this long, or after this many attempts that did not open one, REST is tried. */
const PATIENCE_MS = 6000
const FAILED_ATTEMPTS = 3
const ACTIVE_MS = 3000
const IDLE_MS = 60_000

/** Polling while there is no socket. */
export interface Fallback {
  /** Whether the last call over REST worked; undefined before the first one. */
  readonly works: boolean | undefined
  /** When the next call is due; infinite while the socket works or is expected to. */
  dueAt(): number
  check(): void
  /** An attempt ended. */
  failed(hasOpened: boolean): void
  /** The socket works. */
  reset(): void
  /** The socket has ended, or the first attempt begins. */
  begin(): void
}

interface FallbackDeps {
  readonly clock: Clock
  readonly random: () => number
  isActive(): boolean
  /** One round of polling; rejects if it did not work. */
  poll(): Promise<unknown>
  onChange(): void
}

export function createFallback({ clock, random, isActive, poll, onChange }: FallbackDeps): Fallback {
  let works: boolean | undefined
  let since: number | undefined
  let unopened = 0
  let calledAt: number | undefined
  let isCalling = false
  let generation = 0
  let jitter = 1

  function dueAt(): number {
    if (since === undefined || isCalling) return Number.POSITIVE_INFINITY
    if (calledAt !== undefined) return calledAt + jitter * (isActive() ? ACTIVE_MS : IDLE_MS)
    return unopened >= FAILED_ATTEMPTS ? since : since + PATIENCE_MS
  }
  function reset(): void {
    since = works = calledAt = undefined
    unopened = 0
    isCalling = false
    generation++
  }
  return {
    get works() {
      return works
    },
    dueAt,
    reset,
    begin() {
      reset()
      since = clock.now()
    },
    failed(hasOpened) {
      if (!hasOpened) unopened++
    },
    check() {
      if (dueAt() > clock.now()) return
      isCalling = true
      const mine = generation
      const settle = (hasWorked: boolean) => {
        if (mine !== generation) return
        isCalling = false
        works = hasWorked
        calledAt = clock.now()
        jitter = 0.8 + 0.4 * random()
        onChange()
      }
      poll().then(
        () => settle(true),
        () => settle(false),
      )
    },
  }
}
