import type { IncomingMessage } from 'node:http'
import { forwardedFor, rawHeaders, splitTarget } from './client-request.ts'
import { newTraceId } from './ids.ts'
import type { Values } from './multi-values.ts'

/**
 * The headers of the $connect event: the client's, spelled as sent, except those that end at the gateway, plus those that
 * the gateway adds.
 */
export function handshakeHeaders(request: IncomingMessage, now: number): Values {
  const sent = rawHeaders(request)
  const added = [
    ['X-Amzn-Trace-Id', newTraceId(now)],
    ['X-Forwarded-For', forwardedFor(sent, request)],
    ['X-Forwarded-Port', String(request.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ] as const
  const removed = new Set([
    'connection',
    'upgrade',
    'content-length',
    ...added.map(([name]) => name.toLowerCase()),
  ])
  const headers = new Map<string, readonly string[]>()
  for (const [key, { name, values }] of sent) if (!removed.has(key)) headers.set(name, values)
  for (const [name, value] of added) headers.set(name, [value])
  return headers
}

/** The decoded query parameters of the handshake's URL. */
export function handshakeQuery(request: IncomingMessage): Values {
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of new URLSearchParams(splitTarget(request.url ?? '').query))
    values.set(name, [...(values.get(name) ?? []), value])
  return values
}
