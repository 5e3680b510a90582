import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  BAD_HANDSHAKE_STATUS,
  CONNECT_FAILED_STATUS,
  refusalTexts,
  URL_TOO_LONG_STATUS,
  type WebSocketLimits,
} from './facts.ts'
import { parseIntegrationResponse } from './integration-response.ts'
import type { Invocation } from './invocation.ts'

const HANDSHAKE_KEY = /^[A-Za-z0-9+/]{22}==$/
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

export type HandshakeVerdict =
  | { readonly verdict: 'accepted'; readonly subprotocol?: string }
  | { readonly verdict: 'refused'; readonly status: number; readonly problem?: string }

/** Returns the status that refuses an invalid upgrade before any function is invoked. */
export function badHandshakeStatus(request: IncomingMessage, limits: WebSocketLimits): number | undefined {
  const { upgrade, 'sec-websocket-key': key, 'sec-websocket-version': version } = request.headers
  if ((request.url ?? '').length > limits.urlLength) return URL_TOO_LONG_STATUS
  const valid =
    request.method === 'GET' &&
    upgrade?.toLowerCase() === 'websocket' &&
    HANDSHAKE_KEY.test(key ?? '') &&
    (version === '13' || version === '8')
  return valid ? undefined : BAD_HANDSHAKE_STATUS
}

/** Accepts on a 2xx status from $connect, refuses with any other, and with 502 if the function failed. */
export function judgeHandshake(invocation: Invocation): HandshakeVerdict {
  const failed = { verdict: 'refused', status: CONNECT_FAILED_STATUS } as const
  if (invocation.outcome === 'timed_out') return { ...failed, problem: 'the function timed out' }
  if (invocation.outcome === 'failed') return { ...failed, problem: String(invocation.error) }
  const response = parseIntegrationResponse(invocation.value)
  if (typeof response === 'string') return { ...failed, problem: response }
  if (response.statusCode >= 300) return { verdict: 'refused', status: response.statusCode }
  return { verdict: 'accepted', ...chosenSubprotocol(response.headers) }
}

/** `Sec-WebSocket-Protocol` is the only header of the $connect response that reaches the client. */
function chosenSubprotocol(headers: ReadonlyMap<string, string>): { readonly subprotocol?: string } {
  const subprotocol = headers.get('sec-websocket-protocol')
  return subprotocol !== undefined && TOKEN.test(subprotocol) ? { subprotocol } : {}
}

/** Responds to an upgrade with a plain HTTP error, shaped like API Gateway's other errors, and closes the socket. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  ids: { readonly connectionId?: string; readonly requestId?: string } = {},
): void {
  // The client may have left already, and an unhandled error event would end the process.
  socket.on('error', () => {})
  const phrase = STATUS_CODES[status] ?? 'Unknown'
  const { connectionId, requestId } = ids
  const body = JSON.stringify({ message: refusalTexts.get(status) ?? phrase, connectionId, requestId })
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
