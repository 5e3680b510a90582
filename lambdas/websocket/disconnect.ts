import { cleanUpConnection } from '../chat/connections/cleanup.ts'
import type { ConnectionDeps } from '../chat/deps.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/** `$disconnect`: best effort on API Gateway's side, it may come late, twice or never. */
export async function disconnect(
  deps: ConnectionDeps,
  { requestContext }: SocketEvent,
): Promise<SocketResponse> {
  await cleanUpConnection(deps, requestContext.connectionId)
  return { statusCode: 200 }
}
