import { encodeFrame, errorFrame } from '../../../protocol/encode.ts'
import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import { concurrently } from '../../async.ts'
import type { ConnectionRef, TaskOf } from '../../model.ts'
import type { Deps } from '../deps.ts'

/** One task closes all connections that opened within this time, so that many handshakes start the worker only once. */
export const DEADLINE_SLOT_MS = 1000
const CLOSE_CONCURRENCY = 10
/**
 * For this long, further tasks for the same slot are dropped: each container that saw a handshake of the slot has
 * queued a task for it.
 */
const DUPLICATES_MS = 30_000

/**
 * Queues the task that closes the connections of a slot that have not authenticated in time, unless this container has
 * queued it before. If the task is lost, the sweep closes them.
 */
export async function queueDeadline(
  { tasks, memory, report }: Pick<Deps, 'tasks' | 'memory' | 'report'>,
  openedAt: number,
): Promise<void> {
  const slot = Math.floor(openedAt / DEADLINE_SLOT_MS) * DEADLINE_SLOT_MS
  if (memory.deadlines.has(slot)) return
  try {
    await tasks.send({ task: 'auth_deadline', slot }, (limits.authenticationMs + DEADLINE_SLOT_MS) / 1000)
    memory.deadlines.set(slot, true)
  } catch (error) {
    report(error)
  }
}

/**
 * Closes the connections of a slot that have not authenticated. Their rows are removed by the `$disconnect` that
 * follows, or else by the sweep.
 */
export async function closeUnauthenticated(
  deps: Pick<Deps, 'register' | 'poster' | 'memory' | 'now'>,
  { slot }: TaskOf<'auth_deadline'>,
): Promise<void> {
  // An older version queued one task per connection; the sweep closes those connections.
  if (slot === undefined) return
  const { handledSlots } = deps.memory
  const now = deps.now()
  if ((handledSlots.get(slot) ?? 0) > now - DUPLICATES_MS) return
  handledSlots.set(slot, now)
  try {
    await closeSlot(deps, slot)
  } catch (error) {
    handledSlots.delete(slot)
    throw error
  }
}

async function closeSlot(deps: Pick<Deps, 'register' | 'poster'>, slot: number): Promise<void> {
  const opened = await deps.register.openedBetween(slot, slot + DEADLINE_SLOT_MS)
  const waiting = opened.filter(({ user }) => user === undefined)
  await concurrently(waiting, CLOSE_CONCURRENCY, (connection) => closeAsUnauthenticated(deps, connection))
}

export async function closeAsUnauthenticated(
  { poster }: Pick<Deps, 'poster'>,
  { id }: Pick<ConnectionRef, 'id'>,
): Promise<void> {
  const seconds = limits.authenticationMs / 1000
  const reason = new ChatError('unauthorized', `not authenticated within ${seconds} s`)
  // Posted before the close, because API Gateway cannot close with a reason.
  const delivery = await poster.post(id, encodeFrame(errorFrame(reason)))
  if (delivery !== 'gone') await poster.close(id, reason.code)
}
