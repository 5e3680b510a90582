import type { SocketDeps } from '../chat/deps.ts'
import { pushTyping } from '../chat/push/typing.ts'
import type { FrameHandler } from './handler.ts'

export const typingHandler =
  (deps: SocketDeps): FrameHandler<'typing'> =>
  async ({ source }, { conversation_id, is_typing }) => {
    await pushTyping(deps, source, conversation_id, is_typing)
    return undefined
  }
