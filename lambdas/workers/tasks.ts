import { refreshPresence } from '../chat/connections/compute-presence.ts'
import { closeUnauthenticated } from '../chat/connections/deadline.ts'
import { retire } from '../chat/connections/devices.ts'
import { finishCleanup } from '../chat/connections/disconnect.ts'
import { sweep } from '../chat/connections/sweep.ts'
import { dismiss } from '../chat/conversations/dismiss.ts'
import type { WorkerDeps } from '../chat/deps.ts'
import { expireLogs, removeExpired } from '../chat/entries/remove-expired.ts'
import { pushRemaining } from '../chat/push/push-to-users.ts'
import { redeliver } from '../chat/push/redeliver.ts'
import type { Task } from '../model.ts'
import type { ScheduleEvent } from './event.ts'

/** A task from the queue, or the scheduled sweep. */
export type Work = Task | ScheduleEvent

/** One handler for each kind of work. If it throws, the work is retried later. */
export type TaskHandlers = {
  readonly [T in Work['task']]: (work: Extract<Work, { readonly task: T }>) => Promise<void>
}

export const taskHandlers = (deps: WorkerDeps): TaskHandlers => ({
  auth_deadline: (task) => closeUnauthenticated(deps, task),
  cleanup: (task) => finishCleanup(deps, task),
  retire: ({ connection }) => retire(deps, connection),
  dismiss: (task) => dismiss(deps, task),
  expire: (task) => expireLogs(deps, task),
  remove_expired: (task) => removeExpired(deps, task),
  deliver: (task) => redeliver(deps, task),
  push: (task) => pushRemaining(deps, task),
  presence: (task) => refreshPresence(deps, task),
  sweep: () => sweep(deps),
})
