import { encodeFrame, errorFrame } from '../../../protocol/encode.ts'
import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import { concurrently } from '../../async.ts'
import { CONNECTION_LIFETIME_MS, REQUEST_FUNCTION_TIMEOUT_MS } from '../../limits.ts'
import type { WorkerDeps } from '../deps.ts'
import { cleanUpConnection } from './cleanup.ts'
import { deviceConnected } from './presence.ts'

const MINUTE_MS = 60_000
/** No open connection has a row older than this. Includes a margin for clocks and late events. */
const ROW_LIFETIME_MS = CONNECTION_LIFETIME_MS + 5 * MINUTE_MS
/** The sweep skips minutes to which a slow handshake, on a clock that is behind, may still add a row. */
const SETTLE_MS = 2 * REQUEST_FUNCTION_TIMEOUT_MS
const CHECK_CONCURRENCY = 10

/** Closes a connection whose deadline to authenticate has passed, unless it has authenticated. */
export async function expireUnauthenticated(deps: WorkerDeps, id: string): Promise<void> {
  const connection = await deps.connections.inspect(id)
  if (!connection || connection.user !== undefined) return
  const seconds = limits.authenticationMs / 1000
  await expire(deps, id, new ChatError('unauthorized', `not authenticated within ${seconds} s`))
}

/**
 * Checks the connections that have become due since the last sweep. At any time, every connection is due
 * once: soon after it opened, then when its token or its lifetime ends. The sweep makes up for a lost
 * deadline task, a `$disconnect` that never arrived, an unfinished cleanup, and a connect that presence
 * missed.
 */
export async function sweep(deps: WorkerDeps): Promise<void> {
  const last = Math.floor((deps.now() - SETTLE_MS) / MINUTE_MS) - 1
  for (let minute = await deps.sweepSchedule.sweptUntil(last); minute < last; ) {
    minute++
    const due = await deps.sweepSchedule.in(minute)
    await concurrently(due, CHECK_CONCURRENCY, async (id) => {
      await check(deps, id)
      await deps.sweepSchedule.remove(id, minute)
    })
    await deps.sweepSchedule.markSwept(minute)
  }
}

async function check(deps: WorkerDeps, id: string): Promise<void> {
  const connection = await deps.connections.inspect(id)
  if (!connection) return
  const now = deps.now()
  const lifetimeEndsAt = connection.openedAt + ROW_LIFETIME_MS
  if (connection.closing || lifetimeEndsAt <= now) return await cleanUpConnection(deps, id)
  const deadline = connection.openedAt + limits.authenticationMs
  if (connection.user === undefined && deadline > now) return await deps.sweepSchedule.add(id, deadline)
  if (connection.user === undefined) return await expireUnauthenticated(deps, id)

  const closesAt = connection.tokenExpiresAt + limits.clockToleranceSeconds * 1000
  if (closesAt > now) {
    // In case presence has missed the connect.
    await deviceConnected(deps, connection.user, id)
    return await deps.sweepSchedule.add(id, Math.min(closesAt, lifetimeEndsAt))
  }
  await expire(deps, id, new ChatError('token_expired', 'the token of this connection has expired'))
}

/** Posts the reason before the close, because API Gateway cannot close with a reason. */
async function expire(deps: WorkerDeps, id: string, reason: ChatError): Promise<void> {
  await deps.poster.post(id, encodeFrame(errorFrame(reason)))
  await cleanUpConnection(deps, id)
  await deps.poster.close(id, reason.code)
}
