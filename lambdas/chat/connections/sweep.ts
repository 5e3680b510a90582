import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import { concurrently } from '../../async.ts'
import type { Connection, Presence, Registered } from '../../model.ts'
import { CONNECTION_LIFETIME_MS } from '../../platform-limits.ts'
import type { WorkerDeps } from '../deps.ts'
import { queueExpiry } from '../entries/remove-expired.ts'
import { cleanUpConnection } from './cleanup.ts'
import { closeWithReason } from './close.ts'
import { closeAsUnauthenticated } from './deadline.ts'
import { queueDismissal } from './dismiss-user.ts'
import { deviceConnected, isUpToDate, leaseEnd } from './presence.ts'

const MINUTE_MS = 60_000
/** How often a connection is checked if nothing is known to be due. */
const CHECK_INTERVAL_MINUTES = 5
/** No connection is open for longer. Includes a margin for clocks and late events. */
const MAX_AGE_MS = CONNECTION_LIFETIME_MS + 5 * MINUTE_MS
/** How far back the sweep looks. It finds everything, even after an outage of almost an hour. */
const LOOK_BACK_MS = CONNECTION_LIFETIME_MS + 60 * MINUTE_MS
/** A connection counts as late to authenticate only once its deadline task should have run. */
const LATE_MS = limits.authenticationMs + 10_000
/** Clients in use send a `ping` every minute. After a longer silence the sweep asks whether the connection exists. */
const SILENCE_MS = 90_000
const CHECK_CONCURRENCY = 10
/** Within this time, a read may see one row of the transaction that binds a connection and miss another. */
const BINDING_MS = 2 * MINUTE_MS

/** Runs over all items. An item that fails is reported, and the others are still handled. */
type ForEach = <T>(items: readonly T[], run: (item: T) => Promise<void>) => Promise<void>

/**
 * Checks the register of connections: every minute those that are late to authenticate or whose token has expired, and
 * each of the others every five minutes. Recovers from a lost task, a `$disconnect` that never arrived, an unfinished
 * cleanup and a connect that presence missed, and closes the connections of users who are no longer administrators. It
 * keeps no state: the next sweep does what a failed one left undone. It rejects at the end if a check has failed.
 */
export async function sweep(deps: WorkerDeps): Promise<void> {
  let failures = 0
  const forEach: ForEach = (items, run) =>
    concurrently(items, CHECK_CONCURRENCY, async (item) => {
      try {
        await run(item)
      } catch (error) {
        failures++
        deps.report(error)
      }
    })
  // This comes first: it is due in only one minute of each hour, and the checks may last into the next minute or fail.
  await forEach([deps], queueExpiry)
  await sweepAll(deps, forEach)
  if (failures > 0) throw new Error(`${failures} checks of the sweep failed`)
}

async function sweepAll(deps: WorkerDeps, forEach: ForEach): Promise<void> {
  const now = deps.now()
  const minute = Math.floor(now / MINUTE_MS)
  const registered = await deps.register.openedBetween(now - LOOK_BACK_MS, now + MINUTE_MS)
  const late = registered.filter(({ user, openedAt }) => user === undefined && openedAt + LATE_MS <= now)
  await forEach(late, async (connection) => {
    await closeAsUnauthenticated(deps, connection)
    await deps.register.removeWaiting(connection)
  })
  const bound = registered.filter(({ user }) => user !== undefined)
  const isDue = (connection: Registered) => closesAt(connection) <= now || isTurn(connection, minute)
  const lost = await checkAll(deps, forEach, bound.filter(isDue))
  // If one `$disconnect` is missing, for example after an outage, others are probably missing too.
  if (lost > 0)
    await checkAll(
      deps,
      forEach,
      bound.filter((connection) => !isDue(connection)),
    )
}

const closesAt = ({ tokenExpiresAt }: Pick<Connection, 'tokenExpiresAt'>) =>
  tokenExpiresAt + limits.clockToleranceSeconds * 1000

/** Spreads the connections over the minutes by the second in which they opened. */
const isTurn = ({ openedAt }: Registered, minute: number) =>
  Math.floor(openedAt / 1000) % CHECK_INTERVAL_MINUTES === minute % CHECK_INTERVAL_MINUTES

/** Resolves with the number of connections that no longer exist and whose `$disconnect` never arrived. */
async function checkAll(deps: WorkerDeps, forEach: ForEach, due: readonly Registered[]): Promise<number> {
  const connections = await deps.connections.inspectAll(due.map(({ id }) => id))
  const users = new Set([...connections.values()].flatMap(({ user }) => user ?? []))
  const readAt = deps.now()
  const [profiles, presences] = await Promise.all([
    deps.users.findAll(users),
    deps.features.presence ? deps.presence.findAll(users) : undefined,
  ])
  const isAdmin = (user: string) => profiles.get(user)?.role === 'admin'
  const former = [...users].filter((user) => !isAdmin(user))
  const undismissed = new Set(former)
  await forEach(former, async (user) => {
    await queueDismissal(deps, user, readAt)
    undismissed.delete(user)
  })
  let lost = 0
  await forEach(due, async (registered) => {
    const connection = connections.get(registered.id)
    const now = deps.now()
    if (!connection) {
      if (registered.openedAt + BINDING_MS <= now) await deps.register.remove(registered)
      return
    }
    const { id, user, closing, tokenExpiresAt } = connection
    // The dismissal could not be queued. The connection's rows remain, so that the next check finds the user again.
    if (user !== undefined && undismissed.has(user)) return
    if (closing || connection.openedAt + MAX_AGE_MS <= now) return await cleanUpConnection(deps, id)
    if (user === undefined || !isAdmin(user)) return await endAccess(deps, id)
    if (closesAt(connection) <= now) return await closeWithReason(deps, id, expired())
    if (connection.heardAt + SILENCE_MS <= now && !(await deps.poster.exists(id))) {
      lost++
      return await cleanUpConnection(deps, id)
    }
    if (tokenExpiresAt !== registered.tokenExpiresAt) await deps.register.renew(registered, tokenExpiresAt)
    if (presences && isMissing(presences.get(user), connection, now)) await deviceConnected(deps, user, id)
  })
  return lost
}

/** Whether presence has missed that the connection is online. */
const isMissing = (presence: Presence | undefined, connection: Connection, now: number) =>
  leaseEnd(connection) > now && !(presence && isUpToDate(presence, now))

/** Ends the rights of a connection at once, and closes it. */
async function endAccess(deps: WorkerDeps, id: string): Promise<void> {
  await cleanUpConnection(deps, id)
  await deps.poster.close(id, 'revoked')
}

const expired = () => new ChatError('token_expired', 'the token of this connection has expired')
