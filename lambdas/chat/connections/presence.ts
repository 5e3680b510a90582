import { limits } from '../../../protocol/limits.ts'
import type { Connection, Presence, PresenceChange, PresenceChangeKind } from '../../model.ts'
import {
  CONNECTION_IDLE_MS,
  CONNECTION_LIFETIME_MS,
  QUEUE_VISIBILITY_TIMEOUT_MS,
} from '../../platform-limits.ts'
import type { ConnectionDeps } from '../deps.ts'

export interface SeenPresence {
  readonly is_online: boolean
  /** ISO 8601; null if the user has never connected. */
  readonly last_seen: string | null
}

/** A page that reloads closes its connection. If it connects again within this time, nothing is announced. */
export const RECONNECT_GRACE_SECONDS = 1

/**
 * A check that is overdue by more than this was lost, and its user is shown as offline. This is longer than the
 * visibility timeout, after which the queue redelivers a failed check.
 */
const LOST_CHECK_MS = QUEUE_VISIBILITY_TIMEOUT_MS + 60_000

/** A caller that noted a connection but has not queued a computation within this time has crashed. */
const QUEUE_TIMEOUT_MS = 30_000

/** A run that made a change but has not announced it within this time has crashed. */
const ANNOUNCE_TIMEOUT_MS = 20_000

/**
 * The time until which a connection counts as online, epoch milliseconds. The write that counts a frame also
 * renews the lease, which then ends without any further write.
 */
export const leaseEnd = ({ heardAt, tokenExpiresAt, openedAt }: Connection) =>
  Math.min(
    heardAt + CONNECTION_IDLE_MS,
    tokenExpiresAt + limits.clockToleranceSeconds * 1000,
    openedAt + CONNECTION_LIFETIME_MS,
  )

/** Whether the connection had been silent for so long before the current frame that its lease had ended. */
export const wasSilent = ({ heardAt }: Pick<Connection, 'heardAt'>, now: number) =>
  heardAt + CONNECTION_IDLE_MS <= now

/** Whether a change has been announced, or the run that made it is still announcing. */
export const isAnnounced = ({ announced, changedAt }: Presence, now: number) =>
  announced || now - changedAt <= ANNOUNCE_TIMEOUT_MS

/** Whether the user is known to be online, this has been announced, and a check is pending. */
export const isUpToDate = (presence: Presence, now: number) =>
  presence.online && presence.checkAt > now && isAnnounced(presence, now)

/**
 * Has the worker compute a user's presence after a connect. This is not needed if the user is known to be online,
 * everyone has been notified of that, and a check is pending; or if a computation is already queued. If queueing fails,
 * the sweep makes up for it.
 */
export async function deviceConnected(deps: ConnectionDeps, user: string, connection: string): Promise<void> {
  const change = { connection, at: deps.now() }
  await requestRefresh(deps, user, 'connected', change, (before) =>
    before.online ? isUpToDate(before, change.at) : isQueued(before.connected, change),
  )
}

/**
 * Has the worker compute a user's presence after a disconnect, unless the user is already offline or a
 * computation is queued.
 */
export async function deviceDisconnected(
  deps: ConnectionDeps,
  user: string,
  connection: string,
): Promise<void> {
  const change = { connection, at: deps.now() }
  const isNeedless = (before: Presence) => !before.online || isQueued(before.disconnected, change)
  await requestRefresh(deps, user, 'disconnected', change, isNeedless)
}

/** Records a disconnect. The caller computes presence next. */
export async function noteDisconnect(
  { presence, features }: ConnectionDeps,
  user: string,
  change: PresenceChange,
): Promise<void> {
  if (features.presence) await presence.note(user, 'disconnected', change)
}

/**
 * Whether a computation is already queued: the first change since the last computation queues the next one, which
 * covers all later changes. If the caller that noted the first change crashed before it queued the computation, a
 * repeated call for the same connection queues it.
 */
const isQueued = (first: PresenceChange | undefined, { connection, at }: PresenceChange) =>
  first !== undefined && first.connection !== connection && first.at > at - QUEUE_TIMEOUT_MS

async function requestRefresh(
  { presence, tasks, features, report }: ConnectionDeps,
  user: string,
  kind: PresenceChangeKind,
  change: PresenceChange,
  isNeedless: (before: Presence) => boolean,
): Promise<void> {
  if (!features.presence) return
  const before = await presence.note(user, kind, change).catch(report)
  if (before && isNeedless(before)) return
  const delaySeconds = kind === 'disconnected' ? RECONNECT_GRACE_SECONDS : 0
  await tasks.send({ task: 'presence', user }, delaySeconds).catch(report)
}

/** The presence of these users, in one read; empty if presence is switched off. */
export async function presenceOf(
  { presence, features, now }: ConnectionDeps,
  users: Iterable<string>,
): Promise<ReadonlyMap<string, SeenPresence>> {
  if (!features.presence) return new Map()
  const ids = [...new Set(users)]
  const known = await presence.findAll(ids)
  return new Map(
    ids.map((id) => {
      const { online, checkAt, lastSeen } = known.get(id) ?? { online: false, checkAt: 0, lastSeen: 0 }
      return [id, { is_online: online && checkAt + LOST_CHECK_MS > now(), last_seen: toTime(lastSeen) }]
    }),
  )
}

export const toTime = (at: number) => (at > 0 ? new Date(at).toISOString() : null)
