import type { TaskOf } from '../../model.ts'
import type { ConversationDeps, LifecycleDeps } from '../deps.ts'
import { removeRows } from './cleanup.ts'
import { refreshPresence } from './compute-presence.ts'
import { noteDisconnect, RECONNECT_GRACE_SECONDS } from './presence.ts'

/**
 * Marks a connection that has ended, so that nothing can be added to it, and leaves the rest to the worker. If the task
 * is lost, the sweep cleans up.
 */
export async function queueCleanup(
  { connections, tasks, now, report }: LifecycleDeps,
  connection: string,
): Promise<void> {
  const at = now()
  const marked = await connections.markClosing(connection)
  if (marked?.user === undefined) return
  const task = { task: 'cleanup', connection, user: marked.user, at } as const
  await tasks.send(task, RECONNECT_GRACE_SECONDS).catch(report)
}

/**
 * Removes the rows of a connection that has ended and computes its user's presence, even if an earlier attempt crashed
 * between these steps.
 */
export async function finishCleanup(
  deps: ConversationDeps,
  { connection, user, at }: TaskOf<'cleanup'>,
): Promise<void> {
  await removeRows(deps, connection, () => noteDisconnect(deps, user, { connection, at }))
  await refreshPresence(deps, { user })
}
