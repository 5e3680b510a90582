import { queueCleanup } from '../chat/connections/disconnect.ts'
import type { LifecycleDeps } from '../chat/deps.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/**
 * `$disconnect`: API Gateway delivers it on a best-effort basis, so it may arrive late, twice or never. If the
 * connection has not authenticated, its only row is removed. The rows of any other connection are left to the worker.
 */
export async function disconnect(
  deps: LifecycleDeps,
  { requestContext }: SocketEvent,
): Promise<SocketResponse> {
  const { connectionId: id, connectedAt: openedAt } = requestContext
  if (!(await deps.register.removeWaiting({ id, openedAt }))) await queueCleanup(deps, id)
  return { statusCode: 200 }
}
