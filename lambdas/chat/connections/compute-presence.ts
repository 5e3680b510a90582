import type { Presence } from '../../stores/presence.ts'
import type { TaskOf } from '../../stores/tasks.ts'
import type { Deps } from '../deps.ts'
import { announcePresence } from './announce-presence.ts'
import { leaseEnd } from './lease.ts'
import { isAnnounced } from './presence.ts'

type Needs = Pick<
  Deps,
  'connections' | 'subscriptions' | 'conversations' | 'presence' | 'tasks' | 'poster' | 'features' | 'report' | 'now'
>

export type PresenceTask = TaskOf<'presence'>

/** The queue holds nothing back for longer. */
const LONGEST_DELAY = 900_000

/**
 * Looks which devices of a user are on, and tells those concerned if that made a difference. Any number of these may run
 * at once, in any order: the row is read before the devices and written whatever was found, so that of two the one with
 * the older view fails and looks again.
 */
export async function refreshPresence(deps: Needs, task: PresenceTask): Promise<void> {
  if (!deps.features.presence) return
  const { user } = task
  const pending = pendingCheck(deps, task)
  /** What this run has told everybody, if anything. */
  let announced: boolean | undefined
  for (let tries = 0; tries < 20; tries++) {
    const was = await deps.presence.find(user)
    const { online, lastSeen, endsAt } = await look(deps, user, was)
    const changed = online !== was.online
    const now = deps.now()
    const is: Presence = {
      online,
      lastSeen,
      checkAt: online ? await pending(was, endsAt) : 0,
      changedAt: changed ? now : was.changedAt,
      told: was.told && !changed,
      version: was.version + 1,
      comings: was.comings,
    }
    if (!(await deps.presence.write(user, is))) continue

    if (announced === undefined && !changed && isAnnounced(is, now)) return
    if (announced !== online) await announcePresence(deps, user, is)
    announced = online
    if (is.told || (await deps.presence.markAnnounced(user, is.version))) return
    // Somebody else wrote in between, and may have overtaken what we told: look again.
  }
  throw new Error('the presence of a user changes faster than it can be told')
}

async function look(deps: Needs, user: string, was: Presence) {
  const devices = await deps.connections.openConnections(user)
  const now = deps.now()
  const endsAt = Math.max(0, ...devices.map(leaseEnd))
  const online = endsAt > now
  const heard = devices.map(({ heardAt }) => Math.min(heardAt, now))
  const closed = was.online && !online ? (was.gone?.at ?? 0) : 0
  return { online, endsAt, lastSeen: Math.max(was.lastSeen, ...heard, closed) }
}

/**
 * Finds or queues the one check that must come by the time at which the last lease could end. It is queued before the row
 * announces it: dying in between costs a needless check and not the only one.
 */
function pendingCheck({ tasks, now }: Needs, { user, checkAt: own }: PresenceTask) {
  let queued = 0
  const comesInTime = (at: number, endsAt: number) => at > now() && at <= endsAt
  return async ({ checkAt }: Presence, endsAt: number): Promise<number> => {
    if (checkAt !== own && comesInTime(checkAt, endsAt)) return checkAt
    if (!comesInTime(queued, endsAt)) {
      queued = Math.min(endsAt, now() + LONGEST_DELAY)
      const delay = Math.ceil((queued - now()) / 1000)
      await tasks.send({ task: 'presence', user, checkAt: queued }, Math.max(1, delay))
    }
    return queued
  }
}
