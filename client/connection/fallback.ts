import type { Clock } from '../types.ts'

/** REST is tried after this long without a socket, or after this many attempts that opened none. */
const PATIENCE_MS = 6000
const FAILED_ATTEMPTS = 3
/** The interval of polling while the chat is visible. */
export const ACTIVE_POLL_MS = 3000
const IDLE_MS = 60_000
/** If a call takes longer, the server is overloaded, and polling would only add to its load. */
const SLOW_MS = 5000
/**
 * Where a session was possible, sockets are not blocked, but many clients may be returning at once. Calls are therefore
 * given up early until a round has worked, or until this many rounds in a row have failed.
 */
const BUSY_TIMEOUT_MS = 2000
const BUSY_ROUNDS = 3
/** Spreads the first calls of clients whose sockets have ended at the same time. */
const SPREAD_MS = 2000

/** Polling during one period without a socket. */
export interface Fallback {
  /** Whether the last call over REST worked in time; undefined before the first one. */
  works(): boolean | undefined
  /** When the next call is due. */
  dueAt(): number
  check(): void
  /** To be called when an attempt has opened no socket. */
  failed(): void
}

/**
 * @param poll one round of polling; rejects if it did not work, or if a call took longer than the timeout
 * @param wasOnline whether there was a session before
 * @param onChange called when a call over REST has ended
 */
export function createFallback(
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  isActive: () => boolean,
  poll: (timeoutMs?: number) => Promise<unknown>,
  wasOnline: boolean,
  onChange: () => void,
): Fallback {
  let works: boolean | undefined
  let unopened = 0
  let from = clock.now() + PATIENCE_MS + (wasOnline ? random() * SPREAD_MS : 0)
  /** The factor by which the pause after the last call is longer or shorter than usual; 0 before the first call. */
  let jitter = 0
  /** Calls in a row that did not work. */
  let misses = 0
  let isCalling = false

  const pauseMs = () => (isActive() ? Math.min(IDLE_MS, ACTIVE_POLL_MS * 2 ** misses) : IDLE_MS)
  const dueAt = () => (isCalling ? Number.POSITIVE_INFINITY : from + jitter * pauseMs())
  function settle(hasWorked: boolean): void {
    isCalling = false
    works = hasWorked
    misses = works ? 0 : misses + 1
    from = clock.now()
    jitter = 0.8 + 0.4 * random()
    onChange()
  }
  return {
    works: () => works,
    dueAt,
    check() {
      // The clock may have been set back.
      from = Math.min(from, clock.now() + PATIENCE_MS + SPREAD_MS)
      if (isCalling || dueAt() > clock.now()) return
      isCalling = true
      from = clock.now()
      const mayBeBusy = wasOnline && !works && misses < BUSY_ROUNDS
      poll(mayBeBusy ? BUSY_TIMEOUT_MS : undefined).then(
        () => settle(clock.now() - from < SLOW_MS),
        () => settle(false),
      )
    },
    failed() {
      if (++unopened === FAILED_ATTEMPTS) from = Math.min(from, clock.now())
    },
  }
}
