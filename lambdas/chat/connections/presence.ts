import type { Change, Presence } from '../../stores/presence.ts'
import type { Deps } from '../deps.ts'

export interface SeenPresence {
  readonly is_online: boolean
  /** ISO 8601; null if no device was ever heard of. */
  readonly last_seen: string | null
}

/** A closed connection may be a page that is loaded again: so long it has to come back, unnoticed. Seconds. */
const RETURN_WITHIN = 1

/**
 * A check that is so late will not come, and its user is shown as offline. It lasts longer than the queue's visibility
 * time-out of 180 s, after which a check that failed is made again.
 */
const CHECK_LATE = 240_000

/** Whoever noted a device and has not asked for a look by now has died over it. */
const ASKED_WITHIN = 30_000

/** Whoever made a change and has not told it by now has died over it. */
const TELLING_TAKES = 20_000

/** Whether everybody concerned knows, or is being told by who made the change. */
export const isAnnounced = ({ told, changedAt }: Presence, now: number) => told || now - changedAt <= TELLING_TAKES

export type PresenceDeps = Pick<Deps, 'presence' | 'tasks' | 'features' | 'report' | 'now'>

/**
 * Has the worker look whether a user is there now, unless everybody knows or is being told, and a check is to come. What
 * cannot be queued the sweep makes good.
 */
export async function deviceConnected(deps: PresenceDeps, user: string, connection: string): Promise<void> {
  const came = { connection, at: deps.now() }
  const isNeedless = (was: Presence) =>
    was.online ? was.checkAt > came.at && isAnnounced(was, came.at) : asked(was.came, came)
  await announce(deps, user, { what: 'came', change: came, delaySeconds: 0, isNeedless })
}

/** The same after a connection has ended, unless its user is offline already or a look has been asked for. */
export async function deviceDisconnected(deps: PresenceDeps, user: string, connection: string): Promise<void> {
  const gone = { connection, at: deps.now() }
  const isNeedless = (was: Presence) => !was.online || asked(was.gone, gone)
  await announce(deps, user, { what: 'gone', change: gone, delaySeconds: RETURN_WITHIN, isNeedless })
}

/**
 * Whether the first device has just asked for all that follow until somebody looks. It is one connection: if that died
 * over it, whoever goes on with the same connection asks again.
 */
const asked = (first: Change | undefined, { connection, at }: Change) =>
  first !== undefined && first.connection !== connection && first.at > at - ASKED_WITHIN

interface Announcement {
  readonly what: 'came' | 'gone'
  readonly change: Change
  readonly delaySeconds: number
  /** Told by what was known before. */
  readonly isNeedless: (was: Presence) => boolean
}

async function announce(
  { presence, tasks, features, report }: PresenceDeps,
  user: string,
  { what, change, delaySeconds, isNeedless }: Announcement,
): Promise<void> {
  if (!features.presence) return
  try {
    if (isNeedless(await presence.note(user, what, change))) return
  } catch (error) {
    report(error)
  }
  try {
    await tasks.send({ task: 'presence', user }, delaySeconds)
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
