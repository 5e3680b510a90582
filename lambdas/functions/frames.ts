import { composeLog, composeSocketDeps } from '../compose.ts'
import { recordAlone } from '../log/record.ts'
import { dispatch } from '../websocket/dispatch.ts'
import { aboutEvent, type SocketEvent } from '../websocket/event.ts'
import { frameHandlers } from '../websocket/handlers.ts'

const logged = composeLog(recordAlone)
const deps = composeSocketDeps()
const handlers = frameHandlers(deps)

/** Handles every frame that a client sends, on all routes. */
export const handler = (event: SocketEvent) =>
  logged(aboutEvent(event), () => dispatch(deps, handlers, event))
