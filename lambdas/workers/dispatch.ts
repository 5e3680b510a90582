import { report } from '../report.ts'
import type { BatchResponse, QueueRecord, WorkerEvent } from './event.ts'
import type { TaskHandlers, Work, WorkName } from './tasks.ts'

/**
 * Runs the sweep, or every task of a batch side by side. A task that fails comes back alone: those beside it are
 * done. A failed sweep fails the invocation; the next one is due in a minute.
 */
export async function dispatch(
  handlers: Partial<TaskHandlers>,
  event: WorkerEvent,
): Promise<BatchResponse | undefined> {
  if (!('Records' in event)) {
    await handlers[event.task]?.(event)
    return undefined
  }
  const failed = await Promise.all(
    event.Records.map(async (record) => {
      try {
        await perform(handlers, parse(record))
        return []
      } catch (error) {
        report(error, { messageId: record.messageId })
        return [{ itemIdentifier: record.messageId }]
      }
    }),
  )
  return { batchItemFailures: failed.flat() }
}

/** Nobody but this stack's functions may send to the queue, so that past its name the shape of a task is theirs. */
function parse({ body }: QueueRecord): Work {
  const work = json(body)
  if (typeof work === 'object' && work !== null && 'task' in work && typeof work.task === 'string') {
    return work as Work
  }
  throw new Error('the message names no task')
}

/** The engine's own error would quote the body, and no log is given what a message says. */
function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the message is no JSON')
  }
}

/** One generic step keeps each handler typed by its own task. */
async function perform<T extends WorkName>(handlers: Partial<TaskHandlers>, work: Work): Promise<void> {
  const handler = Object.hasOwn(handlers, work.task) ? handlers[work.task as T] : undefined
  if (!handler) throw new Error(`no handler for the task ${work.task}`)
  await handler(work as Extract<Work, { readonly task: T }>)
}
