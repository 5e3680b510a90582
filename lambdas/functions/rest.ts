import { composeRestDeps } from '../compose.ts'
import { dispatch } from '../rest/dispatch.ts'
import type { RestEvent } from '../rest/event.ts'
import { restHandlers } from '../rest/handlers.ts'

const deps = composeRestDeps()
const handlers = restHandlers(deps)

/** Handles every REST call, including unknown routes. */
export const handler = (event: RestEvent) => dispatch(deps, handlers, event)
