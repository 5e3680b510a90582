import type { Clock } from '../types.ts'

/** Without a socket for this long, or after this many attempts that did not open one, REST is tried. */
const PATIENCE_MS = 6000
const FAILED_ATTEMPTS = 3
/** The interval of polling while the chat is visible. */
export const ACTIVE_POLL_MS = 3000
const IDLE_MS = 60_000
/** If a call takes longer, the server is overloaded, and polling would only add to that. */
const SLOW_MS = 5000
/** A round that takes longer than on a slow network means that the server is busy. */
const USUAL_MS = 1000
/** The pause after such a round, as a multiple of the time above the usual one: polling may be what keeps the server busy. */
const PAUSE_FACTOR = 10
const MAX_BUSY_PAUSE_MS = 30_000

/** Polling in the time without a socket that begins now. */
export interface Fallback {
  /** Whether the last call over REST worked in time; undefined before the first one. */
  works(): boolean | undefined
  /** When the next call is due. */
  dueAt(): number
  check(): void
  /** An attempt has opened no socket. */
  failed(): void
}

/**
 * @param poll one round of polling; rejects if it did not work
 * @param onChange called if any of this has changed
 */
export function createFallback(
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  isActive: () => boolean,
  poll: () => Promise<unknown>,
  onChange: () => void,
): Fallback {
  let works: boolean | undefined
  let unopened = 0
  let from = clock.now() + PATIENCE_MS
  /** How much longer or shorter than usual to wait after the last call. */
  let jitter = 0
  /** Calls in a row that did not work. */
  let misses = 0
  let busyMs = 0
  let isCalling = false

  const pauseMs = () =>
    isActive() ? Math.min(IDLE_MS, Math.max(ACTIVE_POLL_MS * 2 ** misses, busyMs)) : IDLE_MS
  const dueAt = () => (isCalling ? Number.POSITIVE_INFINITY : from + jitter * pauseMs())
  function settle(hasWorked: boolean): void {
    isCalling = false
    works = hasWorked
    misses = works ? 0 : misses + 1
    busyMs = Math.min(MAX_BUSY_PAUSE_MS, PAUSE_FACTOR * (clock.now() - from - USUAL_MS))
    from = clock.now()
    jitter = 0.8 + 0.4 * random()
    onChange()
  }
  return {
    works: () => works,
    dueAt,
    check() {
      // The clock may have been set back.
      from = Math.min(from, clock.now() + PATIENCE_MS)
      if (isCalling || dueAt() > clock.now()) return
      isCalling = true
      from = clock.now()
      poll().then(
        () => settle(clock.now() - from < SLOW_MS),
        () => settle(false),
      )
    },
    failed() {
      if (++unopened === FAILED_ATTEMPTS) from = Math.min(from, clock.now())
    },
  }
}
