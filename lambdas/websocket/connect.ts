import { limits } from '../../protocol/limits.ts'
import { isAllowedOrigin } from '../../protocol/origins.ts'
import type { Deps } from '../chat/deps.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/** The checks on a new connection. */
export interface HandshakeRules {
  readonly allowedOrigins: readonly string[]
  /** New connections per IP address and minute; 0 means no limit. */
  readonly connectionsPerAddress: number
}

/**
 * `$connect`: refuses pages of other origins, stores the connection and returns no information. A client that sends no
 * `Origin` header is not a browser, and is accepted.
 */
export async function connect(
  {
    connections,
    handshakes,
    sweepSchedule,
    tasks,
    report,
    now,
  }: Pick<Deps, 'connections' | 'handshakes' | 'sweepSchedule' | 'tasks' | 'report' | 'now'>,
  { allowedOrigins, connectionsPerAddress }: HandshakeRules,
  { headers, requestContext }: SocketEvent,
): Promise<SocketResponse> {
  // A custom domain may lower-case header names; API Gateway itself keeps them unchanged.
  const origin = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'origin')?.[1]
  if (origin !== undefined && !isAllowedOrigin(allowedOrigins, origin)) return { statusCode: 403 }
  const address = requestContext.identity?.sourceIp
  if (connectionsPerAddress > 0 && address !== undefined) {
    if ((await handshakes.count(address, now())) > connectionsPerAddress) return { statusCode: 429 }
  }
  const connection = requestContext.connectionId
  // Scheduled first, so that the sweep finds the connection even if this invocation crashes here.
  await sweepSchedule.add(connection, now())
  await Promise.all([
    connections.open(connection, now()),
    // If the task is lost, the sweep closes the connection about a minute later.
    tasks.send({ task: 'auth_deadline', connection }, limits.authenticationMs / 1000).catch(report),
  ])
  return { statusCode: 200 }
}
