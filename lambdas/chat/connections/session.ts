import { ChatError, unauthorized } from '../../../protocol/errors.ts'
import { limits, typingRate } from '../../../protocol/limits.ts'
import type { Admission, Connection } from '../../model.ts'
import type { MessageDeps } from '../deps.ts'
import { rateLimited } from '../rates.ts'
import { deviceConnected, wasSilent } from './presence.ts'

/** An authenticated connection. */
export type Session = Connection & { readonly user: string }

/** The session of a frame's connection. Counts the frame. Throws the error for the client if there is no session. */
export async function sessionOf(deps: MessageDeps, connection: string): Promise<Session> {
  return await toSession(deps, await admit(deps, connection))
}

/** The session of a typing frame; `paced` is true if `typingRate`, to which it also counts, allows a push. */
export async function typingSessionOf(
  deps: MessageDeps,
  id: string,
): Promise<Session & { readonly paced: boolean }> {
  const admission = await deps.connections.admitPaced(id, deps.rates.frames, typingRate, deps.now())
  const session = await toSession(deps, requireAdmitted(admission))
  return { ...session, paced: admission.outcome === 'admitted' && admission.paced }
}

/** Counts a frame of any connection, authenticated or not. Throws `reconnect_required` or `rate_limited`. */
export async function admit(
  { connections, rates, now }: MessageDeps,
  connection: string,
): Promise<Connection> {
  return requireAdmitted(await connections.admit(connection, rates.frames, now()))
}

function requireAdmitted(admission: Admission): Connection {
  if (admission.outcome === 'unknown') throw reconnectRequired()
  if (admission.outcome === 'too_fast') throw rateLimited('frames', admission.waitMs)
  return admission.connection
}

async function toSession(deps: MessageDeps, connection: Connection): Promise<Session> {
  const { id, user, tokenExpiresAt } = connection
  if (user === undefined) throw unauthorized()
  requireUnexpired(tokenExpiresAt, deps.now())
  if (wasSilent(connection, deps.now())) await deviceConnected(deps, user, id)
  return { ...connection, user }
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
