import { latestSeqs } from '../chat/connections/latest-seqs.ts'
import type { SocketDeps } from '../chat/deps.ts'
import type { FrameHandler } from './handler.ts'

export const pingHandler =
  (deps: SocketDeps): FrameHandler<'ping'> =>
  async ({ source }) => {
    const seqs = await latestSeqs(deps, source)
    return { type: 'pong', time: new Date(deps.now()).toISOString(), ...seqs }
  }
