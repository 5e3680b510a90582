import type { Deps } from '../chat/deps.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/**
 * `$connect`: refuses foreign web pages, remembers the connection, reveals nothing. A client that names no
 * origin is no browser.
 */
export async function connect(
  { connections, now }: Pick<Deps, 'connections' | 'now'>,
  allowedOrigins: readonly string[],
  { headers, requestContext }: SocketEvent,
): Promise<SocketResponse> {
  // A custom domain may lower-case header names, API Gateway itself keeps them as sent.
  const origin = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'origin')?.[1]
  if (origin !== undefined && !allowedOrigins.includes(origin)) return { statusCode: 403 }
  await connections.open(requestContext.connectionId, now())
  return { statusCode: 200 }
}
