import { join } from '../chat/connections/join.ts'
import type { SocketDeps } from '../chat/deps.ts'
import type { FrameHandler } from './handler.ts'

export const joinConversationHandler =
  (deps: SocketDeps): FrameHandler<'join_conversation'> =>
  async ({ source }, { conversation_id, after_seq }) =>
    await join(deps, source, conversation_id, after_seq)
