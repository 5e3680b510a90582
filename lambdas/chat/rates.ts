import { ChatError } from '../../protocol/errors.ts'
import type { Rate } from '../../protocol/limits.ts'

/**
 * The generic cell rate algorithm keeps a single number: the time at which everything sent so far would have
 * been sent at the allowed rate. It may run ahead of the clock by up to the burst.
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

export const rateLimited = (what: string, waitMs: number) =>
  new ChatError('rate_limited', `too many ${what}, wait`, { retryAfterMs: waitMs })
