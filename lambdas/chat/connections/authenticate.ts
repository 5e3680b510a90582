import { encodeFrame, errorFrame } from '../../../protocol/encode.ts'
import { ChatError, unauthorized } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Connection } from '../../stores/connection-row.ts'
import type { Deps } from '../deps.ts'
import { type CleanupDeps, cleanUpConnection } from './cleanup.ts'
import { deviceConnected } from './presence.ts'
import { admit, reconnectRequired } from './session.ts'
import { type Identity, verifyToken } from './token.ts'

type Needs = CleanupDeps & Pick<Deps, 'users' | 'secrets' | 'poster' | 'rates'>

/** The user whose valid token this is. Throws `unauthorized`, or `forbidden` for who is no administrator. */
export async function requireAdmin(
  deps: Pick<Deps, 'users' | 'secrets' | 'now'>,
  token: string,
): Promise<Identity> {
  const identity = await verifyToken(deps.secrets, token, deps.now())
  await requireRole(deps, identity.user)
  return identity
}

async function requireRole({ users }: Pick<Deps, 'users'>, id: string): Promise<void> {
  const user = await users.find(id)
  if (!user) throw unauthorized()
  if (user.role !== 'admin') throw new ChatError('forbidden', 'only administrators may chat')
}

/** Makes a connection its user's, or renews the token of the same user. Counts the frame. */
export async function authenticate(deps: Needs, id: string, token: string): Promise<Identity> {
  const connection = await admit(deps, id)
  const attempt = async () => {
    const identity = await verifyToken(deps.secrets, token, deps.now())
    if (connection.user !== undefined && connection.user !== identity.user) throw anothers()
    await bind(deps, connection, identity)
    return identity
  }
  const identity = await attempt().catch((error: unknown) => countRefusal(deps, id, error))
  await Promise.all([
    retireOldest(deps, identity.user),
    // After a renewal too: the first one may have died before it got here.
    deviceConnected(deps, identity.user, id),
  ])
  return identity
}

/**
 * Gives a connection to its user and extends what it has joined. Why that is refused is read only then: it may just have
 * joined its first conversation.
 */
async function bind(deps: Needs, connection: Connection, identity: Identity): Promise<void> {
  const { id, openedAt: since, joined } = connection
  const { user, expiresAt: tokenExpiresAt } = identity
  // A removal takes the user first and the connections after: either it finds this one, or this finds no user.
  const insist = [deps.users.adminCheck(user)]
  const hasJoined = joined.size > 0
  if (await deps.connections.authenticate({ id, user, since, tokenExpiresAt }, insist, hasJoined)) {
    if (hasJoined) await extendJoined(deps, id, identity)
    return
  }
  await requireRole(deps, user)
  const found = await deps.connections.find(id)
  if (!found) throw reconnectRequired()
  if (found.user !== undefined && found.user !== user) throw anothers()
  if (!hasJoined && found.joined.size > 0) return await bind(deps, found, identity)
  throw new ChatError('unavailable', 'the user changed meanwhile, try again')
}

const anothers = () => new ChatError('forbidden', 'this connection belongs to another user', { closes: true })

async function countRefusal(deps: Needs, connection: string, error: unknown): Promise<never> {
  if (!(error instanceof ChatError) || error.code !== 'unauthorized') throw error
  const failures = await deps.connections.count(connection, 'failures')
  if (failures === undefined) throw reconnectRequired()
  throw unauthorized({ closes: failures >= limits.authenticationFailures })
}

/** A user who opens one connection too many keeps the newest. */
async function retireOldest(deps: Needs, user: string): Promise<void> {
  const channel = await deps.connections.userConnections(user)
  const newestFirst = channel.toSorted((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1))
  const frame = encodeFrame(
    errorFrame(new ChatError('replaced', 'a newer connection took the place of this one')),
  )
  await Promise.all(
    newestFirst.slice(limits.connectionsPerUser).map(async ({ id }) => {
      await deps.poster.post(id, frame)
      await cleanUpConnection(deps, id)
      await deps.poster.close(id)
    }),
  )
}

/** Joined conversations hold the expiry too, because the fan-out reads it there. */
async function extendJoined(deps: Needs, connection: string, { user, expiresAt }: Identity): Promise<void> {
  const joined = (await deps.connections.find(connection))?.joined ?? []
  await Promise.all(
    [...joined].map((conversation) => deps.subscriptions.renew(conversation, user, connection, expiresAt)),
  )
}
