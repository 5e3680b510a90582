import type { SocketDeps } from '../chat/deps.ts'
import { authenticateHandler } from './authenticate.ts'
import type { FrameHandlers } from './handler.ts'
import { joinConversationHandler } from './join-conversation.ts'
import { leaveConversationHandler } from './leave-conversation.ts'
import { markReadHandler } from './mark-read.ts'
import { pingHandler } from './ping.ts'
import { sendMessageHandler } from './send-message.ts'
import { typingHandler } from './typing.ts'

/** The handler of each frame. */
export const frameHandlers = (deps: SocketDeps): FrameHandlers => ({
  authenticate: authenticateHandler(deps),
  join_conversation: joinConversationHandler(deps),
  leave_conversation: leaveConversationHandler(deps),
  send_message: sendMessageHandler(deps),
  mark_read: markReadHandler(deps),
  typing: typingHandler(deps),
  ping: pingHandler(deps),
})
