import { limits } from '../../../protocol/limits.ts'
import type { Connection } from '../../stores/connection-row.ts'

/** API Gateway closes a connection after ten minutes without a message, and after two hours in any case. */
const IDLE = 10 * 60_000
const LONGEST = 2 * 3600_000

/**
 * Up to when a connection counts as on, epoch milliseconds. Frames that are counted on it renew the lease in the
 * write that counts them; nothing else is written, and nothing has to come for it to end.
 */
export const leaseEnd = ({ heardAt, tokenExpiresAt, openedAt }: Connection) =>
  Math.min(heardAt + IDLE, tokenExpiresAt + limits.clockToleranceSeconds * 1000, openedAt + LONGEST)

/** Whether a device had been silent for so long, before the frame that came now, that it was taken for gone. */
export const wasSilent = ({ heardAt }: Pick<Connection, 'heardAt'>, now: number) => heardAt + IDLE <= now
