import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { WebSocketLimits } from './facts.ts'

/** Completes an accepted handshake; returns nothing when the client has left or its handshake is invalid. */
export type Upgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  subprotocol: string | undefined,
) => WebSocket | undefined

export function upgrader(limits: WebSocketLimits): Upgrade {
  const subprotocols = new WeakMap<IncomingMessage, string>()
  const options = {
    noServer: true,
    clientTracking: false,
    // [C12, unverified] Offers of compression are never accepted.
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    // `ws` alone would pick the first one offered; API Gateway leaves the choice to $connect [C7].
    handleProtocols: (_offered: Set<string>, request: IncomingMessage) => subprotocols.get(request) ?? false,
    // Missing from the types of `ws`, which otherwise waits 30 s for a peer that does not answer a close.
    closeTimeout: limits.closeGraceMs,
  } as const
  const server = new WebSocketServer(options)

  return (request, socket, head, subprotocol) => {
    if (subprotocol !== undefined) subprotocols.set(request, subprotocol)
    let accepted: WebSocket | undefined
    server.handleUpgrade(request, socket, head, (webSocket) => {
      accepted = webSocket
    })
    return accepted
  }
}
