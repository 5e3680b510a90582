import { composeSocketDeps } from '../compose.ts'
import { authenticateHandler } from '../websocket/authenticate.ts'
import { dispatch } from '../websocket/dispatch.ts'
import type { SocketEvent } from '../websocket/event.ts'
import { joinConversationHandler } from '../websocket/join-conversation.ts'
import { leaveConversationHandler } from '../websocket/leave-conversation.ts'
import { pingHandler } from '../websocket/ping.ts'
import { sendMessageHandler } from '../websocket/send-message.ts'

const deps = composeSocketDeps()
const handlers = {
  authenticate: authenticateHandler(deps),
  join_conversation: joinConversationHandler(deps),
  leave_conversation: leaveConversationHandler(deps),
  send_message: sendMessageHandler(deps),
  ping: pingHandler(deps),
}

/** Every frame that a client sends, whatever its route. */
export const handler = (event: SocketEvent) => dispatch(deps, handlers, event)
