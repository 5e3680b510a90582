import { encodeFrame, errorFrame } from '../../../protocol/encode.ts'
import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import { concurrently } from '../../delivery/fan-out.ts'
import type { Deps } from '../deps.ts'
import { type Forgetting, forgetConnection } from './cleanup.ts'
import { deviceCame } from './presence.ts'

type Needs = Forgetting & Pick<Deps, 'dues' | 'poster'>

/** API Gateway cuts every connection after two hours; a row that is older than this belongs to none. */
const LONGEST_LIFE = 2 * 3600_000 + 300_000
const MINUTE = 60_000
/**
 * A minute is left alone until nothing can be added to it any more: a handshake that began in it has ten seconds, on
 * a clock that may be behind.
 */
const SETTLES_WITHIN = 20_000

/** Closes a connection on which nobody has authenticated by now; its deadline has passed. */
export async function expireUnauthenticated(deps: Needs, id: string): Promise<void> {
  const row = await deps.connections.look(id)
  if (!row || row.user !== undefined) return
  await forgetConnection(deps, id)
  await deps.poster.close(id)
}

/**
 * Visits the connections that are due since the last sweep. Every connection is due once at any time: soon after
 * it opened, then when its token or its longest life ends. This is what repairs a lost deadline, a `$disconnect`
 * that never came, a removal that stopped half-way, and an arrival that nobody heard of.
 */
export async function sweep(deps: Needs): Promise<void> {
  const last = Math.floor((deps.now() - SETTLES_WITHIN) / MINUTE) - 1
  for (let minute = await deps.dues.sweptUntil(last); minute < last; ) {
    minute++
    const due = await deps.dues.in(minute)
    await concurrently(due, 10, async (id) => {
      await visit(deps, id)
      await deps.dues.remove(id, minute)
    })
    await deps.dues.markSwept(minute)
  }
}

async function visit(deps: Needs, id: string): Promise<void> {
  const row = await deps.connections.look(id)
  if (!row) return
  const now = deps.now()
  const lifeEnds = row.openedAt + LONGEST_LIFE
  if (row.closing || lifeEnds <= now) return await forgetConnection(deps, id)
  const deadline = row.openedAt + limits.authenticationMs
  if (row.user === undefined && deadline > now) return await deps.dues.add(id, deadline)
  if (row.user === undefined) return await expireUnauthenticated(deps, id)

  const closesAt = row.tokenExpiresAt + limits.clockToleranceSeconds * 1000
  if (closesAt > now) {
    // In case nobody heard that it came.
    await deviceCame(deps, row.user, id)
    return await deps.dues.add(id, Math.min(closesAt, lifeEnds))
  }
  const expired = new ChatError('token_expired', 'the token of this connection has expired')
  await deps.poster.post(id, encodeFrame(errorFrame(expired)))
  await forgetConnection(deps, id)
  await deps.poster.close(id)
}
