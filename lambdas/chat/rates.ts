import { ChatError } from '../../protocol/errors.ts'
import type { Rate } from '../../protocol/limits.ts'

/**
 * The generic cell rate algorithm keeps one number: the time at which everything so far would have been sent at
 * the allowed pace. It may run ahead of the clock by the burst.
 * @returns the number after one more, or how long to wait
 */
export function nextArrival(
  { perSecond, burst }: Rate,
  arrival: number | undefined,
  now: number,
): { readonly arrival: number } | { readonly waitMs: number } {
  const interval = 1000 / perSecond
  const from = Math.max(arrival ?? 0, now)
  const ahead = from - now - (burst - 1) * interval
  return ahead > 0 ? { waitMs: Math.ceil(ahead) } : { arrival: from + interval }
}

export const rateLimited = (what: string, waitMs: number) =>
  new ChatError('rate_limited', `too many ${what}, wait`, { retryAfterMs: waitMs })
