import { limits } from '../../../protocol/limits.ts'
import { CONNECTION_IDLE_MS, CONNECTION_LIFETIME_MS } from '../../limits.ts'
import type { Connection } from '../../model.ts'

/**
 * The time until which a connection counts as online, epoch milliseconds. The write that counts a frame renews the
 * lease, and nothing needs to happen for it to end.
 */
export const leaseEnd = ({ heardAt, tokenExpiresAt, openedAt }: Connection) =>
  Math.min(
    heardAt + CONNECTION_IDLE_MS,
    tokenExpiresAt + limits.clockToleranceSeconds * 1000,
    openedAt + CONNECTION_LIFETIME_MS,
  )

/** Whether the connection had been silent for so long before the current frame that its lease had ended. */
export const wasSilent = ({ heardAt }: Pick<Connection, 'heardAt'>, now: number) =>
  heardAt + CONNECTION_IDLE_MS <= now
