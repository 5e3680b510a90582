import type { SocketDeps } from '../chat/deps.ts'
import { markReadOverSocket } from '../chat/messages/mark-read.ts'
import type { FrameHandler } from './handler.ts'

export const markReadHandler =
  (deps: SocketDeps): FrameHandler<'mark_read'> =>
  async ({ source, reply }, frame) => {
    await markReadOverSocket(deps, source, frame, reply)
    return undefined
  }
