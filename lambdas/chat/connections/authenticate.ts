import { ChatError, unauthorized } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import { allDone, concurrently } from '../../async.ts'
import { note } from '../../log/record.ts'
import type { Connection, FrameSource } from '../../model.ts'
import type { RestDeps, SocketDeps } from '../deps.ts'
import { makeRoom } from './devices.ts'
import { dismissOnSight } from './dismiss-user.ts'
import { deviceConnected } from './presence.ts'
import { admit, charge, reconnectRequired } from './session.ts'
import { type Identity, refusedToken, verifyToken } from './token.ts'
import { findWaiting, refOf } from './waiting.ts'

/** The cost of renewing a token, in frames, besides one frame for each joined conversation. */
const RENEWAL_FRAMES = 2
/** Each renewal of a subscription checks the connection's row, so many renewals at once would conflict. */
const RENEWAL_CONCURRENCY = 5

/**
 * The administrator who makes a REST call with this token. Counts the call before it reads the user's profile. Throws
 * `unauthorized`, `rate_limited` or, if the user is not an administrator, `forbidden`.
 */
export async function requireAdmin(deps: RestDeps, token: string): Promise<Identity> {
  const identity = await identify(deps, token)
  deps.admitCall(identity.user)
  await requireAccess(deps, identity)
  return identity
}

async function identify({ secrets, tokenClaims, now }: SocketDeps, token: string): Promise<Identity> {
  const identity = await verifyToken(secrets, token, now(), tokenClaims)
  note({ user: identity.user })
  return identity
}

/**
 * Throws unless the token belongs to an administrator and was issued after the user was last signed out. A user who is
 * not an administrator may have been one before, so this queues the user's dismissal.
 */
async function requireAccess(deps: SocketDeps, { user: id, issuedAt }: Identity): Promise<void> {
  const readAt = deps.now()
  const user = await deps.users.find(id)
  if (user?.role !== 'admin') await dismissOnSight(deps, [id], readAt)
  if (!user) throw refusedToken('unknown user', id)
  if (user.signedOutAt !== undefined && issuedAt <= user.signedOutAt) throw refusedToken('signed out', id)
  if (user.role === 'admin') return
  const cause = { reason: 'not an administrator', user: id }
  throw new ChatError('forbidden', 'only administrators may chat', { cause })
}

/**
 * Binds a connection to the user of a token, or renews the token of the same user. Counts the frame.
 *
 * @param replaces another connection of the user, which is closed afterwards
 */
export async function authenticate(
  deps: SocketDeps,
  source: FrameSource,
  token: string,
  replaces?: string,
): Promise<Identity> {
  const id = source.connection
  const bound = (await findWaiting(deps, source)) ? undefined : await admit(deps, source, RENEWAL_FRAMES)
  const attempt = async () => {
    const identity = await identify(deps, token)
    if (bound) await renew(deps, source, bound, identity)
    else await bind(deps, source, identity)
    return identity
  }
  const identity = await attempt().catch((error: unknown) => countRefusal(deps, source, error))
  deps.memory.refused.delete(id)
  deps.memory.users.set(id, identity.user)
  await allDone([
    makeRoom(deps, { id, user: identity.user, replaces }),
    // After a renewal too: the first authentication may have crashed before this point.
    deviceConnected(deps, identity.user, id),
  ])
  return identity
}

/**
 * Binds a connection that has not authenticated. Reads the profile only if the write is refused, to find the reason.
 */
async function bind(deps: SocketDeps, source: FrameSource, identity: Identity): Promise<void> {
  const { connection: id, connectedAt: since, receivedAt } = source
  const { user, expiresAt: tokenExpiresAt, issuedAt } = identity
  const arrival = receivedAt + 1000 / deps.rates.frames.perSecond
  if (await deps.authentication.bind({ id, user, since, tokenExpiresAt }, arrival, issuedAt)) return
  await requireAccess(deps, identity)
  // Another frame has authenticated the connection in the meantime, or the connection has closed.
  await renew(deps, source, await admit(deps, source, RENEWAL_FRAMES), identity)
}

/** Renews the token of a connection and the expiry of its subscriptions, with one write for each. */
async function renew(
  deps: SocketDeps,
  source: FrameSource,
  connection: Connection,
  identity: Identity,
): Promise<void> {
  const { id, openedAt: since, joined } = connection
  const { user, expiresAt: tokenExpiresAt, issuedAt } = identity
  if (connection.user !== undefined && connection.user !== user) throw otherUsers()
  const hasJoined = joined.size > 0
  await charge(deps, source, joined.size)
  if (await deps.authentication.renew({ id, user, since, tokenExpiresAt }, hasJoined, issuedAt)) {
    if (hasJoined) await renewSubscriptions(deps, id)
    return
  }
  await requireAccess(deps, identity)
  const found = await deps.connections.find(id)
  if (!found) throw reconnectRequired()
  if (found.user !== undefined && found.user !== user) throw otherUsers()
  // The connection has just joined its first conversation.
  if (!hasJoined && found.joined.size > 0) return await renew(deps, source, found, identity)
  throw new ChatError('unavailable', 'the user changed meanwhile, try again')
}

const otherUsers = () =>
  new ChatError('forbidden', 'this connection belongs to another user', { closes: true })

/**
 * Counts a refused token in the register, which has a row for the connection before and after its first authentication,
 * so that no refusal is forgotten.
 */
async function countRefusal(deps: SocketDeps, source: FrameSource, error: unknown): Promise<never> {
  if (!(error instanceof ChatError) || error.code !== 'unauthorized') throw error
  const failures = await deps.register.countFailure(refOf(source))
  if (failures === undefined) throw reconnectRequired(error.cause)
  throw unauthorized({ closes: failures >= limits.authenticationFailures, cause: error.cause })
}

/**
 * Stores the token's expiry in the joined conversations too, because a fan-out reads it there. Stores the expiry that
 * the connection has now: another authentication may have renewed the token since, and then failed.
 */
async function renewSubscriptions({ connections, subscriptions }: SocketDeps, id: string): Promise<void> {
  const connection = await connections.find(id)
  if (connection?.user === undefined) return
  const { user, joined, tokenExpiresAt } = connection
  await concurrently([...joined], RENEWAL_CONCURRENCY, (conversation) =>
    subscriptions.renew(conversation, user, id, tokenExpiresAt),
  )
}
