import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  BAD_HANDSHAKE_STATUS,
  CONNECT_FAILED_STATUS,
  refusalTexts,
  URL_TOO_LONG_STATUS,
  type WebSocketLimits,
} from './gateway-constants.ts'
import { parseIntegrationResponse } from './integration-response.ts'
import type { Invocation } from './invocation.ts'

const HANDSHAKE_KEY = /^[A-Za-z0-9+/]{22}==$/
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/**
 * The handshake is accepted, perhaps with a subprotocol, or refused. `problem` is set if it is refused because the
 * function failed.
 */
export type HandshakeVerdict =
  | { readonly subprotocol?: string }
  | { readonly status: number; readonly problem?: string }

/** A handshake that was refused on purpose. */
export interface Refusal {
  readonly status: number
  /** The Origin header. */
  readonly origin: string | undefined
  /** IP address of the client. */
  readonly address: string
}

/** Returns the status to refuse an invalid upgrade with, before any function is invoked. */
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

/**
 * Accepts on a 2xx status from $connect. Refuses with any other status, and with 502 if the function failed.
 * `Sec-WebSocket-Protocol` is the only header of the response that reaches the client.
 */
export function judgeHandshake(invocation: Invocation): HandshakeVerdict {
  const response = 'problem' in invocation ? invocation.problem : parseIntegrationResponse(invocation.value)
  if (typeof response === 'string') return { status: CONNECT_FAILED_STATUS, problem: response }
  if (response.statusCode >= 300) return { status: response.statusCode }
  const subprotocol = response.headers.get('sec-websocket-protocol') ?? ''
  return TOKEN.test(subprotocol) ? { subprotocol } : {}
}

/** Responds to an upgrade with a plain HTTP error, shaped like API Gateway's other errors, and closes the socket. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  fields: { readonly connectionId?: string; readonly requestId?: string; readonly message?: string } = {},
): void {
  // The client may have left already, and an `error` event without a listener would end the process.
  socket.on('error', () => {})
  const phrase = STATUS_CODES[status] ?? 'Unknown'
  const body = JSON.stringify({ message: refusalTexts.get(status) ?? phrase, ...fields })
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
