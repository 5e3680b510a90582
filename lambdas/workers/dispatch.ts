import type { About, Logged } from '../log/invocation.ts'
import { report } from '../report.ts'
import type { BatchResponse, QueueRecord, ScheduleEvent, WorkerEvent } from './event.ts'
import type { TaskHandlers, Work } from './tasks.ts'

const unlogged: Logged = (_, work) => work()

/**
 * Runs the sweep, or all tasks of a batch in parallel. Only the tasks that fail are returned to the queue. A failed
 * sweep fails the invocation; the next one starts within a minute.
 *
 * @param logged runs each task, and writes its line to the log
 */
export async function dispatch(
  handlers: Partial<TaskHandlers>,
  event: WorkerEvent,
  logged = unlogged,
): Promise<BatchResponse | undefined> {
  if (!('Records' in event)) {
    await logged(aboutSweep(event), async () => await handlers[event.task]?.(event))
    return undefined
  }
  const failed = await Promise.all(
    event.Records.map(async (record) => {
      try {
        const work = parse(record)
        await logged(aboutTask(work, record), () => perform(handlers, work))
        return []
      } catch (error) {
        report(error, { task_id: record.messageId })
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

type TaskIds = Pick<About, 'connection' | 'user' | 'conversation' | 'seq'>

/** The ids of a task, and how long it has been in the queue, which includes its delay. */
function aboutTask(work: Work, { messageId: task_id, attributes }: QueueRecord): About {
  const { connection, user, conversation, seq } = work as TaskIds
  return {
    route: work.task,
    task_id,
    ...(attributes && {
      delivery: Number(attributes.ApproximateReceiveCount),
      age_ms: elapsedSince(Number(attributes.SentTimestamp)),
    }),
    connection,
    user,
    conversation,
    seq,
  }
}

const aboutSweep = ({ task, time }: ScheduleEvent): About => ({
  route: task,
  ...(time !== undefined && { lag_ms: elapsedSince(Date.parse(time)) }),
})

/** The clocks of AWS's services differ by a few milliseconds. */
const elapsedSince = (time: number) => Math.max(0, Date.now() - time)
