import { ChatError } from '../../protocol/errors.ts'
import type { Rate } from '../../protocol/limits.ts'

/**
 * The generic cell rate algorithm keeps a single number: the time at which everything sent so far would have been sent
 * at the allowed rate. This time may be ahead of the clock by up to the burst.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 * @returns that time after one more event, or how long to wait
 */
export function nextArrival(
  { perSecond, burst }: Rate,
  arrival: number | undefined,
  now: number,
): { readonly arrival: number } | { readonly waitMs: number } {
  const intervalMs = 1000 / perSecond
  const from = Math.max(arrival ?? 0, now)
  const excessMs = from - now - (burst - 1) * intervalMs
  return excessMs > 0 ? { waitMs: Math.ceil(excessMs) } : { arrival: from + intervalMs }
}

/** How many users a container counts at a time. */
const MAX_COUNTED_USERS = 1000

/**
 * Counts the REST calls of each user in the memory of this container, without a database call. Each container counts
 * separately.
 */
export function callCounter(rate: Rate, now: () => number): (user: string) => void {
  const arrivals = new Map<string, number>()
  return (user) => {
    const next = nextArrival(rate, arrivals.get(user), now())
    if ('waitMs' in next) throw rateLimited('calls', next.waitMs)
    // Keeps the map in the order of the users' last calls, so that the user with the oldest call is forgotten first.
    arrivals.delete(user)
    arrivals.set(user, next.arrival)
    const [oldest] = arrivals.keys()
    if (arrivals.size > MAX_COUNTED_USERS && oldest !== undefined) arrivals.delete(oldest)
  }
}

export const rateLimited = (what: string, waitMs: number) =>
  new ChatError('rate_limited', `too many ${what}, wait`, { retryAfterMs: waitMs })
