import { leave } from '../chat/connections/leave.ts'
import type { SocketDeps } from '../chat/deps.ts'
import type { FrameHandler } from './handler.ts'

export const leaveConversationHandler =
  (deps: SocketDeps): FrameHandler<'leave_conversation'> =>
  async ({ source }, { conversation_id }) => {
    await leave(deps, source, conversation_id)
    return { type: 'left_conversation', conversation_id }
  }
