import { authenticate } from '../chat/connections/authenticate.ts'
import type { SocketDeps } from '../chat/deps.ts'
import type { FrameHandler } from './handler.ts'

export const authenticateHandler =
  (deps: SocketDeps): FrameHandler<'authenticate'> =>
  async ({ source }, { token, replaces }) => {
    const { user, expiresAt } = await authenticate(deps, source, token, replaces)
    return {
      type: 'authenticated',
      success: true,
      user_id: user,
      connection_id: source.connection,
      expires_at: new Date(expiresAt).toISOString(),
    }
  }
