import type { Deps } from '../deps.ts'
import { nextArrival, rateLimited } from '../rates.ts'

export type CountDeps = Pick<Deps, 'memory' | 'rates' | 'now' | 'report'> & {
  readonly connections: Pick<Deps['connections'], 'addSent'>
}

/** A container adds its count to the table in steps of the burst divided by this number: ten messages by default. */
const STEPS_PER_BURST = 10
/** Messages that have not been added after this time are forgotten, so that a user who writes slowly costs no call. */
const FORGET_MS = 10_000

/**
 * Throws `rate_limited` if a user is too far ahead of the rate over all conversations, as far as this container knows.
 * The entries themselves count the messages of each conversation (next-entry.ts).
 */
export function checkMessageRate({ memory, rates, now }: CountDeps, user: string): void {
  const next = nextArrival(rates.messages, memory.senders.get(user)?.arrival, now())
  if ('waitMs' in next) throw rateLimited('messages', next.waitMs)
}

/** Counts a stored message of a user; never fails. Most are counted only in the memory of this container. */
export async function countMessage(deps: CountDeps, user: string): Promise<void> {
  const { connections, memory, rates, report } = deps
  const { perSecond, burst } = rates.messages
  const intervalMs = 1000 / perSecond
  const now = deps.now()
  const known = memory.senders.get(user) ?? { arrival: now, pending: 0, since: now }
  const isFresh = known.since + FORGET_MS > now
  const counted = {
    arrival: Math.max(known.arrival, now) + intervalMs,
    pending: (isFresh ? known.pending : 0) + 1,
    since: isFresh ? known.since : now,
  }
  memory.senders.set(user, counted)
  if (counted.pending < burst / STEPS_PER_BURST) return
  try {
    const total = await connections.addSent(user, counted.pending * intervalMs, now)
    // Whatever is stored, for example by a container whose clock was wrong, the user can send at the long-term rate.
    const latest = now + burst * intervalMs
    const arrival = Math.min(latest, Math.max(counted.arrival, total))
    memory.senders.set(user, { arrival, pending: 0, since: now })
  } catch (error) {
    report(error)
  }
}
