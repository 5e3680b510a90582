import { report } from '../report.ts'
import type { BatchResponse, QueueRecord, WorkerEvent } from './event.ts'
import type { TaskHandlers, Work } from './tasks.ts'

/**
 * Runs the sweep, or all tasks of a batch in parallel. Only the tasks that fail are returned to the queue. A failed
 * sweep fails the invocation; the next one starts within a minute.
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

/** Only this stack's functions may send to the queue, so a task with a known name is trusted. */
function parse({ body }: QueueRecord): Work {
  const work = json(body)
  if (typeof work === 'object' && work !== null && 'task' in work && typeof work.task === 'string') {
    return work as Work
  }
  throw new Error('the message names no task')
}

/** The message of a SyntaxError quotes the body, and the log must not contain the content of a message. */
function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the message is not JSON')
  }
}

async function perform(handlers: Partial<TaskHandlers>, work: Work): Promise<void> {
  if (!Object.hasOwn(handlers, work.task)) throw new Error(`no handler for the task ${work.task}`)
  // Safe, because the name of the task selects the handler.
  await (handlers[work.task] as (work: Work) => Promise<void>)(work)
}
