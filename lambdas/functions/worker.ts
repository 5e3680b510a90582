import { composeLog, composeWorkerDeps } from '../compose.ts'
import { recordInParallel } from '../log/record.ts'
import { dispatch } from '../workers/dispatch.ts'
import type { WorkerEvent } from '../workers/event.ts'
import { taskHandlers } from '../workers/tasks.ts'

const logged = composeLog(recordInParallel)
const handlers = taskHandlers(composeWorkerDeps())

/** Runs the tasks from the queue and the scheduled sweep. */
export const handler = (event: WorkerEvent) => dispatch(handlers, event, logged)
