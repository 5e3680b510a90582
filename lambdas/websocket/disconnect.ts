import { cleanUpConnection } from '../chat/connections/cleanup.ts'
import type { ConnectionDeps } from '../chat/deps.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/** `$disconnect`: API Gateway delivers it on a best-effort basis, so it may arrive late, twice or never. */
export async function disconnect(
  deps: ConnectionDeps,
  { requestContext }: SocketEvent,
): Promise<SocketResponse> {
  await cleanUpConnection(deps, requestContext.connectionId)
  return { statusCode: 200 }
}
