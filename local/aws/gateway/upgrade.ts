import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { WebSocketLimits } from './gateway-constants.ts'

/**
 * Returns a function that completes an accepted handshake. That function resolves with `undefined` if the client has
 * left or its handshake is invalid.
 */
export function upgrader(limits: WebSocketLimits) {
  const subprotocols = new WeakMap<IncomingMessage, string>()
  const options = {
    noServer: true,
    clientTracking: false,
    // Compression is never accepted. Unverified.
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    // By default `ws` picks the first subprotocol offered; on API Gateway the $connect function chooses.
    handleProtocols: (_offered: Set<string>, request: IncomingMessage) => subprotocols.get(request) ?? false,
    // This option is not in the types of `ws`. Without it, `ws` waits 30 s for a peer that does not answer a close
    // frame.
    closeTimeout: limits.closeGraceMs,
  } as const
  const server = new WebSocketServer(options)

  return (request: IncomingMessage, socket: Duplex, head: Buffer, subprotocol?: string) => {
    if (subprotocol !== undefined) subprotocols.set(request, subprotocol)
    let accepted: WebSocket | undefined
    server.handleUpgrade(request, socket, head, (webSocket) => {
      accepted = webSocket
    })
    return accepted
  }
}
