import { limits } from '../../protocol/limits.ts'
import type { Deps } from '../chat/deps.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/** Who may open a connection. */
export interface HandshakeRules {
  readonly allowedOrigins: readonly string[]
  /** In a minute; 0 means any number. */
  readonly connectionsPerAddress: number
}

/**
 * `$connect`: refuses foreign web pages, remembers the connection, reveals nothing. A client that names no
 * origin is no browser.
 */
export async function connect(
  {
    connections,
    handshakes,
    dues,
    tasks,
    report,
    now,
  }: Pick<Deps, 'connections' | 'handshakes' | 'dues' | 'tasks' | 'report' | 'now'>,
  { allowedOrigins, connectionsPerAddress }: HandshakeRules,
  { headers, requestContext }: SocketEvent,
): Promise<SocketResponse> {
  // A custom domain may lower-case header names, API Gateway itself keeps them as sent.
  const origin = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'origin')?.[1]
  if (origin !== undefined && !allowedOrigins.includes(origin)) return { statusCode: 403 }
  const address = requestContext.identity?.sourceIp
  if (connectionsPerAddress > 0 && address !== undefined) {
    if ((await handshakes.count(address, now())) > connectionsPerAddress) return { statusCode: 429 }
  }
  const connection = requestContext.connectionId
  // First, so that no row is left whose end nobody would look for, wherever this stops.
  await dues.add(connection, now())
  await Promise.all([
    connections.open(connection, now()),
    // Without the reminder the sweep closes it, a minute later.
    tasks.send({ task: 'auth_deadline', connection }, limits.authenticationMs / 1000).catch(report),
  ])
  return { statusCode: 200 }
}
