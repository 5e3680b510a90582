import type { Deps } from '../deps.ts'

const MINUTE_MS = 60_000
/**
 * A container adds its count to the table in steps of the limit divided by this number, but of at least one handshake.
 */
const STEPS_PER_LIMIT = 30

/**
 * Counts a handshake. True if its address has opened more connections within the minute than the limit allows.
 * Handshakes beyond the limit are not counted. The others are first counted in memory, so the total in the table may be
 * off by one step per container.
 */
export async function exceedsAddressLimit(
  { handshakes, memory, now }: Pick<Deps, 'handshakes' | 'memory' | 'now'>,
  address: string,
  limit: number,
): Promise<boolean> {
  const minute = Math.floor(now() / MINUTE_MS)
  const known = memory.addresses.get(address)
  const before = known?.minute === minute ? known : { counted: 0, pending: 0 }
  if (before.counted + before.pending >= limit) return true
  const pending = before.pending + 1
  if (pending < limit / STEPS_PER_LIMIT) {
    memory.addresses.set(address, { ...before, minute, pending })
    return false
  }
  const counted = await handshakes.count(address, minute, pending)
  memory.addresses.set(address, { minute, counted, pending: 0 })
  return counted > limit
}
