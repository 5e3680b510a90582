import { ChatError, unauthorized } from '../../../protocol/errors.ts'
import { limits, typingRate } from '../../../protocol/limits.ts'
import type { Admission, Connection, FrameSource } from '../../model.ts'
import type { MessageDeps } from '../deps.ts'
import { rateLimited } from '../rates.ts'
import { deviceConnected, wasSilent } from './presence.ts'

/** An authenticated connection. */
export type Session = Connection & { readonly user: string }

/**
 * The session of a frame's connection. Counts the frame. Throws the error for the client if there is no session.
 *
 * @param cost how many frames this frame counts as
 */
export async function sessionOf(deps: MessageDeps, source: FrameSource, cost = 1): Promise<Session> {
  const session = toSession(deps, await admit(deps, source, cost))
  if (wasSilent(session, deps.now())) await deviceConnected(deps, session.user, session.id)
  return session
}

/** The session of a typing frame, which also counts toward `typingRate`. `paced` is true if that rate allows a push. */
export async function typingSessionOf(
  deps: MessageDeps,
  { connection, receivedAt }: FrameSource,
): Promise<Session & { readonly paced: boolean }> {
  const { connections, rates, memory } = deps
  const admission = await connections.admitPaced(
    connection,
    rates.frames,
    typingRate,
    receivedAt,
    memory.rateStates,
  )
  const session = toSession(deps, requireAdmitted(admission))
  if (wasSilent(session, deps.now())) await deviceConnected(deps, session.user, session.id)
  return { ...session, paced: admission.outcome === 'admitted' && admission.paced }
}

/** The session of a frame that is not counted, or is counted later. It takes one read and no write. */
export async function uncountedSessionOf(deps: MessageDeps, { connection }: FrameSource): Promise<Session> {
  const found = await deps.connections.find(connection)
  if (!found) throw reconnectRequired()
  return toSession(deps, found)
}

/**
 * Counts a frame of a connection, by API Gateway's clock, so that the clocks of containers do not matter. Throws
 * `reconnect_required` or `rate_limited`.
 *
 * @param cost how many frames this frame counts as
 */
export async function admit(
  { connections, rates, memory }: MessageDeps,
  { connection, receivedAt }: FrameSource,
  cost = 1,
): Promise<Connection> {
  const admission = await connections.admit(connection, rates.frames, receivedAt, memory.rateStates, cost)
  const admitted = requireAdmitted(admission)
  if (admitted.user !== undefined) memory.users.set(connection, admitted.user)
  return admitted
}

/** Counts the extra cost of a frame that counts as several, before that frame is handled. Throws `rate_limited`. */
export async function charge(
  { connections, rates, memory }: MessageDeps,
  { connection, receivedAt }: FrameSource,
  frames: number,
): Promise<void> {
  if (frames <= 0) return
  const waitMs = await connections.charge(connection, frames, rates.frames, receivedAt, memory.rateStates)
  if (waitMs > 0) throw rateLimited('frames', waitMs)
}

/** A frame that causes pushes counts as one more frame per this many posts. */
export const POSTS_PER_FRAME = 3

/** Counts the extra cost of a frame after it was handled, because the cost was not known before. */
export async function owe(
  { connections, rates, memory }: MessageDeps,
  { connection }: FrameSource,
  frames: number,
): Promise<void> {
  if (frames > 0) await connections.owe(connection, frames, rates.frames, memory.rateStates)
}

function requireAdmitted(admission: Admission): Connection {
  if (admission.outcome === 'unknown') throw reconnectRequired()
  if (admission.outcome === 'too_fast') throw rateLimited('frames', admission.waitMs)
  return admission.connection
}

function toSession(deps: MessageDeps, connection: Connection): Session {
  const { user, tokenExpiresAt } = connection
  if (user === undefined) throw unauthorized()
  requireUnexpired(tokenExpiresAt, deps.now())
  return { ...connection, user }
}

export function requireUnexpired(tokenExpiresAt: number, now: number): void {
  if (tokenExpiresAt > now) return
  const closes = tokenExpiresAt + limits.clockToleranceSeconds * 1000 <= now
  throw new ChatError('token_expired', 'the token of this connection has expired, authenticate again', {
    closes,
  })
}

export const reconnectRequired = (cause?: unknown) =>
  new ChatError('reconnect_required', 'this connection is no longer known, connect again', {
    closes: true,
    cause,
  })
