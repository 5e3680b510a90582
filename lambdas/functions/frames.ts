import { composeSocketDeps } from '../compose.ts'
import { dispatch } from '../websocket/dispatch.ts'
import type { SocketEvent } from '../websocket/event.ts'
import { frameHandlers } from '../websocket/routes.ts'

const deps = composeSocketDeps()
const handlers = frameHandlers(deps)

/** Every frame that a client sends, whatever its route. */
export const handler = (event: SocketEvent) => dispatch(deps, handlers, event)
