import type { SocketDeps } from '../chat/deps.ts'
import { sendOverSocket } from '../chat/messages/send.ts'
import type { FrameHandler } from './handler.ts'

export const sendMessageHandler =
  (deps: SocketDeps): FrameHandler<'send_message'> =>
  async ({ source, reply }, frame) => {
    await sendOverSocket(deps, source, frame, reply)
    return undefined
  }
