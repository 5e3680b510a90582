import { ChatError, unauthorized } from '../../protocol/errors.ts'
import { limits } from '../../protocol/limits.ts'
import type { ConnectionStore } from '../stores/connections.ts'

/** Who speaks on a connection. */
export interface Session {
  readonly connection: string
  readonly user: string
  /** Epoch milliseconds. */
  readonly tokenExpiresAt: number
  readonly joined: ReadonlySet<string>
}

/** The session of a connection, or the error that its client must hear. */
export async function sessionOf(
  connections: ConnectionStore,
  connection: string,
  now: number,
): Promise<Session> {
  const found = await connections.find(connection)
  if (!found) throw reconnectRequired()
  if (found.user === undefined) throw unauthorized()
  requireUnexpired(found.tokenExpiresAt, now)
  return { connection, user: found.user, tokenExpiresAt: found.tokenExpiresAt, joined: found.joined }
}

export function requireUnexpired(tokenExpiresAt: number, now: number): void {
  if (tokenExpiresAt > now) return
  const closes = tokenExpiresAt + limits.clockToleranceSeconds * 1000 <= now
  throw new ChatError('token_expired', 'the token of this connection has expired, authenticate again', {
    closes,
  })
}

export const reconnectRequired = () =>
  new ChatError('reconnect_required', 'this connection is no longer known, connect again', { closes: true })
