import { ChatError, unauthorized } from '../../../protocol/errors.ts'
import { limits, typingRate } from '../../../protocol/limits.ts'
import type { Admission } from '../../stores/admissions.ts'
import type { Connection } from '../../stores/connection-row.ts'
import type { Deps } from '../deps.ts'
import { rateLimited } from '../rates.ts'
import { wasSilent } from './lease.ts'
import { type PresenceDeps, deviceConnected } from './presence.ts'

/** Who speaks on a connection. */
export interface Session {
  readonly connection: string
  readonly user: string
  /** Epoch milliseconds. */
  readonly tokenExpiresAt: number
  readonly joined: ReadonlySet<string>
}

/** What lets a frame in and hears by it that its device is on. */
export type SessionDeps = PresenceDeps & Pick<Deps, 'connections' | 'rates'>

/** The session of a frame's connection, or the error that its client must hear. Counts the frame. */
export async function sessionOf(deps: SessionDeps, connection: string): Promise<Session> {
  return await hear(deps, await admit(deps, connection))
}

/** The same for a frame that says who is typing, and whether others may hear of it: `typingRate` counts too. */
export async function typingSessionOf(
  deps: SessionDeps,
  id: string,
): Promise<Session & { readonly paced: boolean }> {
  const admission = await deps.connections.admitPaced(id, deps.rates.frames, typingRate, deps.now())
  const session = await hear(deps, letIn(admission))
  return { ...session, paced: admission.outcome === 'admitted' && admission.paced }
}

/** Lets a frame in, whoever sent it, or throws `reconnect_required` or `rate_limited`. */
export async function admit(
  { connections, rates, now }: Pick<Deps, 'connections' | 'rates' | 'now'>,
  connection: string,
): Promise<Connection> {
  return letIn(await connections.admit(connection, rates.frames, now()))
}

function letIn(admission: Admission): Connection {
  if (admission.outcome === 'unknown') throw reconnectRequired()
  if (admission.outcome === 'too_fast') throw rateLimited('frames', admission.waitMs)
  return admission.connection
}

async function hear(deps: SessionDeps, heard: Connection): Promise<Session> {
  const { id, user, tokenExpiresAt, joined } = heard
  if (user === undefined) throw unauthorized()
  requireUnexpired(tokenExpiresAt, deps.now())
  if (wasSilent(heard, deps.now())) await deviceConnected(deps, user, id)
  return { connection: id, user, tokenExpiresAt, joined }
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
