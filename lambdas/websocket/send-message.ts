import type { SocketDeps } from '../chat/deps.ts'
import { sendOverSocket } from '../chat/messages/send.ts'
import type { FrameHandler } from './handler.ts'

export const sendMessageHandler =
  (deps: SocketDeps): FrameHandler<'send_message'> =>
  async ({ connection, reply }, frame) => {
    await sendOverSocket(deps, connection, frame, reply)
    return undefined
  }
