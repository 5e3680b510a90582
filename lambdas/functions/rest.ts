import { composeRestDeps } from '../compose.ts'
import { dispatch } from '../rest/dispatch.ts'
import type { RestEvent } from '../rest/event.ts'
import { restHandlers } from '../rest/routes.ts'

const deps = composeRestDeps()
const handlers = restHandlers(deps)

/** Every REST call, unknown routes included. */
export const handler = (event: RestEvent) => dispatch(deps, handlers, event)
