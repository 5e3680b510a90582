import { type Forgetting, forgetConnection } from '../chat/connections/cleanup.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/** `$disconnect`: best effort on API Gateway's side, it may come late, twice or never. */
export async function disconnect(deps: Forgetting, { requestContext }: SocketEvent): Promise<SocketResponse> {
  await forgetConnection(deps, requestContext.connectionId)
  return { statusCode: 200 }
}
