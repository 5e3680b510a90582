import type { Presence, TaskOf } from '../../model.ts'
import { QUEUE_MAX_DELAY_MS } from '../../platform-limits.ts'
import type { ConversationDeps } from '../deps.ts'
import { announcePresence } from './announce-presence.ts'
import { isAnnounced, leaseEnd } from './presence.ts'

export type PresenceTask = TaskOf<'presence'>

const MAX_ATTEMPTS = 20

/**
 * Computes a user's presence from the open connections, and announces a change. Any number of runs may overlap, in any
 * order: each run reads the row before the connections and always writes it. So of two concurrent runs, the one with
 * the older view fails to write and tries again.
 */
export async function refreshPresence(deps: ConversationDeps, task: PresenceTask): Promise<void> {
  if (!deps.features.presence) return
  const { user } = task
  const pendingCheck = pendingChecks(deps, task)
  /** The value of `online` that this run has announced, if any. */
  let announced: boolean | undefined
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    const before = await deps.presence.find(user)
    const { online, lastSeen, endsAt } = await computePresence(deps, user, before)
    if (!online && isUnknown(before)) {
      // A late task must not write a row for a user whose rows were removed. But if a device has connected in the
      // meantime, the user's presence is computed again.
      if (isUnknown(await deps.presence.find(user))) return
      continue
    }
    const changed = online !== before.online
    const now = deps.now()
    const after: Presence = {
      online,
      lastSeen,
      checkAt: online ? await pendingCheck(before, endsAt) : 0,
      changedAt: changed ? now : before.changedAt,
      announced: before.announced && !changed,
      version: before.version + 1,
      connects: before.connects,
    }
    if (!(await deps.presence.write(user, after))) continue

    if (announced === undefined && !changed && isAnnounced(after, now)) return
    if (announced !== online) await announcePresence(deps, user, after)
    announced = online
    if (after.announced || (await deps.presence.markAnnounced(user, after.version))) return
    // Another run has written since, and the two announcements may have arrived in either order: compute again.
  }
  throw new Error('the presence of a user changes faster than it can be announced')
}

/** Whether the user has no presence row. */
const isUnknown = ({ version, connects }: Presence) => version === 0 && connects === 0

async function computePresence(deps: ConversationDeps, user: string, before: Presence) {
  const connections = await deps.connections.openConnections(user)
  const now = deps.now()
  const endsAt = Math.max(0, ...connections.map(leaseEnd))
  const online = endsAt > now
  const heardAt = connections.map((connection) => Math.min(connection.heardAt, now))
  const closedAt = before.online && !online ? (before.disconnected?.at ?? 0) : 0
  return { online, endsAt, lastSeen: Math.max(before.lastSeen, ...heardAt, closedAt) }
}

/**
 * Finds or queues the one check that must run by the end of the last lease. The check is queued before the row records
 * it, so a crash in between leaves a redundant check rather than none.
 */
function pendingChecks({ tasks, now }: ConversationDeps, { user, checkAt: own }: PresenceTask) {
  let queued = 0
  const isInTime = (at: number, endsAt: number) => at > now() && at <= endsAt
  return async ({ checkAt }: Presence, endsAt: number): Promise<number> => {
    if (checkAt !== own && isInTime(checkAt, endsAt)) return checkAt
    if (!isInTime(queued, endsAt)) {
      queued = Math.min(endsAt, now() + QUEUE_MAX_DELAY_MS)
      const delaySeconds = Math.ceil((queued - now()) / 1000)
      await tasks.send({ task: 'presence', user, checkAt: queued }, Math.max(1, delaySeconds))
    }
    return queued
  }
}
