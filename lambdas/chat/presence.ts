import type { Deps } from './deps.ts'

export interface SeenPresence {
  readonly is_online: boolean
  /** ISO 8601; null if no device was ever heard of. */
  readonly last_seen: string | null
}

/** A closed connection may be a page that is loaded again: so long it has to come back, unnoticed. Seconds. */
const RETURN_WITHIN = 1

/**
 * A check that is so late will not come, and what it should have found out is taken for true. It lasts longer than the
 * queue's visibility time-out of 180 s, after which a check that failed is made again.
 */
const CHECK_LATE = 240_000

type Announcing = Pick<Deps, 'tasks' | 'features' | 'report'>

/** Has the worker look whether a user is there now. What cannot be queued the sweep makes good. */
export async function deviceCame(deps: Announcing, user: string): Promise<void> {
  await announce(deps, { user }, 0)
}

/** The same after a connection has ended. */
export async function deviceWent(deps: Announcing & Pick<Deps, 'now'>, user: string): Promise<void> {
  await announce(deps, { user, seenAt: deps.now() }, RETURN_WITHIN)
}

async function announce(
  { tasks, features, report }: Announcing,
  about: { readonly user: string; readonly seenAt?: number },
  delaySeconds: number,
): Promise<void> {
  if (!features.presence) return
  try {
    await tasks.send({ task: 'presence', ...about }, delaySeconds)
  } catch (error) {
    report(error)
  }
}

/** Who of these is there, in one read; empty where presence is switched off. */
export async function presenceOf(
  { presence, features, now }: Pick<Deps, 'presence' | 'features' | 'now'>,
  users: Iterable<string>,
): Promise<ReadonlyMap<string, SeenPresence>> {
  if (!features.presence) return new Map()
  const ids = [...new Set(users)]
  const known = await presence.findAll(ids)
  return new Map(
    ids.map((id) => {
      const { online, checkAt, lastSeen } = known.get(id) ?? { online: false, checkAt: 0, lastSeen: 0 }
      return [id, { is_online: online && checkAt + CHECK_LATE > now(), last_seen: toTime(lastSeen) }]
    }),
  )
}

export const toTime = (at: number) => (at > 0 ? new Date(at).toISOString() : null)
