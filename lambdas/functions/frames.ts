import { composeSocketDeps } from '../compose.ts'
import { dispatch } from '../websocket/dispatch.ts'
import type { SocketEvent } from '../websocket/event.ts'
import { frameHandlers } from '../websocket/handlers.ts'

const deps = composeSocketDeps()
const handlers = frameHandlers(deps)

/** Handles every frame that a client sends, on all routes. */
export const handler = (event: SocketEvent) => dispatch(deps, handlers, event)
