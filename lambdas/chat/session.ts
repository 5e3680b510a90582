import { ChatError, unauthorized } from '../../protocol/errors.ts'
import { limits } from '../../protocol/limits.ts'
import type { Connection } from '../stores/connections.ts'
import type { Deps } from './deps.ts'
import { rateLimited } from './rates.ts'

/** Who speaks on a connection. */
export interface Session {
  readonly connection: string
  readonly user: string
  /** Epoch milliseconds. */
  readonly tokenExpiresAt: number
  readonly joined: ReadonlySet<string>
}

/** The session of a frame's connection, or the error that its client must hear. Counts the frame. */
export async function sessionOf(
  deps: Pick<Deps, 'connections' | 'rates' | 'now'>,
  connection: string,
): Promise<Session> {
  const { user, tokenExpiresAt, joined } = await admit(deps, connection)
  if (user === undefined) throw unauthorized()
  requireUnexpired(tokenExpiresAt, deps.now())
  return { connection, user, tokenExpiresAt, joined }
}

/** Lets a frame in, whoever sent it, or throws `reconnect_required` or `rate_limited`. */
export async function admit(
  { connections, rates, now }: Pick<Deps, 'connections' | 'rates' | 'now'>,
  connection: string,
): Promise<Connection> {
  const admission = await connections.admit(connection, rates.frames, now())
  if (admission.outcome === 'unknown') throw reconnectRequired()
  if (admission.outcome === 'too_fast') throw rateLimited('frames', admission.waitMs)
  return admission.connection
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
