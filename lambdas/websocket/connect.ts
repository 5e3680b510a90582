import { isAllowedOrigin } from '../../protocol/origins.ts'
import { allDone } from '../async.ts'
import { exceedsAddressLimit } from '../chat/connections/address-limit.ts'
import { queueDeadline } from '../chat/connections/deadline.ts'
import type { LifecycleDeps } from '../chat/deps.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/** The checks on a new connection. */
export interface HandshakeRules {
  readonly allowedOrigins: readonly string[]
  /** New connections per IP address and minute; 0 means no limit. */
  readonly connectionsPerAddress: number
}

/**
 * `$connect`: refuses pages of other origins, registers the connection and returns no information. A client that sends
 * no `Origin` header is not a browser, and is accepted. Anyone can open a connection, so this costs only one write.
 */
export async function connect(
  deps: LifecycleDeps,
  { allowedOrigins, connectionsPerAddress }: HandshakeRules,
  { headers, requestContext }: SocketEvent,
): Promise<SocketResponse> {
  // A custom domain may lower-case header names; API Gateway itself keeps them unchanged.
  const origin = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'origin')?.[1]
  if (origin !== undefined && !isAllowedOrigin(allowedOrigins, origin)) return { statusCode: 403 }
  const { connectionId: id, connectedAt: openedAt, identity } = requestContext
  const address = identity?.sourceIp
  if (connectionsPerAddress > 0 && address !== undefined) {
    if (await exceedsAddressLimit(deps, address, connectionsPerAddress)) return { statusCode: 429 }
  }
  await allDone([deps.register.add({ id, openedAt }), queueDeadline(deps, openedAt)])
  return { statusCode: 200 }
}
