import { composeWorkerDeps } from '../compose.ts'
import { dispatch } from '../workers/dispatch.ts'
import type { WorkerEvent } from '../workers/event.ts'
import { taskHandlers } from '../workers/tasks.ts'

const handlers = taskHandlers(composeWorkerDeps())

/** What the queue of tasks and the schedule invoke; nobody waits for it. */
export const handler = (event: WorkerEvent) => dispatch(handlers, event)
