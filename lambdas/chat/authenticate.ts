import { ChatError, unauthorized } from '../../protocol/errors.ts'
import { limits } from '../../protocol/limits.ts'
import type { Deps } from './deps.ts'
import { reconnectRequired } from './session.ts'
import { type Identity, verifyToken } from './token.ts'

type Needs = Pick<Deps, 'connections' | 'conversations' | 'users' | 'secrets' | 'now'>

/** The user whose valid token this is. Throws `unauthorized`, or `forbidden` for who is no administrator. */
export async function requireAdmin(
  deps: Pick<Deps, 'users' | 'secrets' | 'now'>,
  token: string,
): Promise<Identity> {
  const identity = await verifyToken(deps.secrets, token, deps.now())
  const user = await deps.users.find(identity.user)
  if (!user) throw unauthorized()
  if (user.role !== 'admin') throw new ChatError('forbidden', 'only administrators may chat')
  return identity
}

/** Makes a connection its user's, or renews the token of the same user. */
export async function authenticate(deps: Needs, connection: string, token: string): Promise<Identity> {
  const identity = await requireAdmin(deps, token).catch((error: unknown) =>
    countRefusal(deps, connection, error),
  )
  const { user, expiresAt } = identity
  if (!(await deps.connections.authenticate(connection, user, expiresAt, deps.now()))) {
    if (!(await deps.connections.find(connection))) throw reconnectRequired()
    throw new ChatError('forbidden', 'this connection belongs to another user', { closes: true })
  }
  await extendJoined(deps, connection, identity)
  return identity
}

async function countRefusal(deps: Needs, connection: string, error: unknown): Promise<never> {
  if (!(error instanceof ChatError) || error.code !== 'unauthorized') throw error
  const failures = await deps.connections.countFailure(connection)
  if (failures === undefined) throw reconnectRequired()
  throw unauthorized({ closes: failures >= limits.authenticationFailures })
}

/** Joined conversations hold the expiry too, because the fan-out reads it there. */
async function extendJoined(deps: Needs, connection: string, { user, expiresAt }: Identity): Promise<void> {
  const joined = (await deps.connections.find(connection))?.joined ?? []
  await Promise.all(
    [...joined].map((conversation) => deps.conversations.extend(conversation, user, connection, expiresAt)),
  )
}
