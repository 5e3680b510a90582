import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { WebSocketApiModel } from '../../stack/api-model.ts'
import { sourceIp } from './client-request.ts'
import { type Connection, holdConnection } from './connection.ts'
import { type ConnectionFacts, connectionFacts } from './connection-facts.ts'
import { type ConnectionsApi, connectionsApi } from './connections.ts'
import { type Closing, goingAway, lost, type WebSocketLimits, webSocketLimits } from './gateway-constants.ts'
import {
  badHandshakeStatus,
  type HandshakeVerdict,
  judgeHandshake,
  type Refusal,
  refuseUpgrade,
} from './handshake.ts'
import { type ApiOptions, countedInvoke } from './invocation.ts'
import { messageHandler } from './messages.ts'
import { upgrader } from './upgrade.ts'
import { connectEvent, disconnectEvent, type WebSocketEvent } from './websocket-events.ts'

export interface WebSocketGatewayOptions extends ApiOptions<WebSocketApiModel, WebSocketLimits> {
  /** Called for each handshake that is refused on purpose; failures of the function go to `warn`. */
  readonly onRefused?: (refusal: Refusal) => void
}

export interface WebSocketGateway {
  /** Handles an upgrade. The caller has already matched the path to the stage. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly connections: ConnectionsApi
  /**
   * Refuses new connections, closes open ones with 1001, and waits for their $disconnect events and for
   * messages in progress. Resolves within `closeGraceMs` plus `drainMs`.
   */
  readonly close: () => Promise<void>
}

/** Emulates a deployed WebSocket API: $connect, routes, limits, closing and $disconnect. See docs/api-gateway.md. */
export function createWebSocketGateway(options: WebSocketGatewayOptions): WebSocketGateway {
  const { api, domainName, clock = Date.now, warn = () => {}, onRefused = () => {} } = options
  const invokeRoute = countedInvoke(options)
  const limits = { ...webSocketLimits, ...options.limits }
  const scope = { api, domainName, clock }
  const handleMessage = messageHandler({ ...scope, invokeRoute, limits, warn })
  const upgrade = upgrader(limits)

  const connecting = new Set<Duplex>()
  const connections = new Map<string, Connection>()
  /** Open connections and messages in progress; closing waits for them. */
  const running = new Set<Promise<void>>()
  let state: 'open' | 'closing' | 'closed' = 'open'

  const run = (work: Promise<void>) => {
    const tracked: Promise<void> = work
      .catch((error: unknown) => warn(String(error)))
      .finally(() => running.delete(tracked))
    running.add(tracked)
  }

  const answer = async (connection: Connection, message: string) => {
    const frame = await handleMessage(connection.facts, message)
    if (frame !== undefined) connection.send(frame)
  }

  // The upgrade waits until the function returns. Without a $connect route, it is accepted. If the client leaves before
  // the function could start, it is not invoked.
  const invokeConnect = async (event: WebSocketEvent, socket: Duplex): Promise<HandshakeVerdict> => {
    const route = api.routes.get('$connect')
    return route ? judgeHandshake(await invokeRoute(route, event, () => socket.readable)) : {}
  }

  // AWS delivers this event on a best-effort basis: the result is ignored, and messages of the connection may still be
  // running.
  const invokeDisconnect = async (facts: ConnectionFacts, closing: Closing) => {
    const route = api.routes.get('$disconnect')
    if (route === undefined || state === 'closed') return
    const invocation = await invokeRoute(route, disconnectEvent(scope, facts, closing))
    if ('problem' in invocation) warn(`$disconnect: ${invocation.problem}`)
  }

  const untilClosed = (facts: ConnectionFacts, webSocket: WebSocket, stream: Duplex): Promise<Closing> =>
    new Promise((onClosed) => {
      const connection: Connection = holdConnection({
        facts,
        webSocket,
        stream,
        limits,
        clock,
        onMessage: (message) => run(answer(connection, message)),
        onClosed,
      })
      connections.set(facts.connectionId, connection)
    })

  /** Runs a connection from its handshake to the end of $disconnect. */
  const runConnection = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const facts = connectionFacts(request, clock)
    const event = connectEvent(scope, facts, request)
    const result = await invokeConnect(event, socket)
    connecting.delete(socket)
    if ('status' in result) {
      const { status, problem } = result
      if (problem !== undefined) warn(`$connect: ${problem}`)
      else onRefused({ status, origin: request.headers.origin, address: facts.identity.sourceIp })
      const { connectionId, requestId } = event.requestContext
      return refuseUpgrade(socket, status, { connectionId, requestId })
    }
    const webSocket = upgrade(request, socket, head, result.subprotocol)
    // It is unverified that a client that leaves while $connect accepts it is reported as lost.
    if (webSocket === undefined) return invokeDisconnect(facts, lost)
    const closing = await untilClosed(facts, webSocket, socket)
    connections.delete(facts.connectionId)
    return invokeDisconnect(facts, closing)
  }

  return {
    handleUpgrade: (request, socket, head) => {
      // While $connect runs, there is no other listener, and an `error` event without a listener would end the process.
      socket.on('error', () => {})
      if (state !== 'open') return void socket.destroy()
      const status = badHandshakeStatus(request, limits)
      if (status !== undefined) {
        onRefused({ status, origin: request.headers.origin, address: sourceIp(request) })
        return refuseUpgrade(socket, status)
      }
      connecting.add(socket)
      run(runConnection(request, socket, head))
    },
    connections: connectionsApi(connections, limits),
    close: async () => {
      state = 'closing'
      for (const socket of connecting) socket.destroy()
      for (const connection of connections.values()) connection.close(goingAway)
      const settled = new AbortController()
      const timeout = delay(limits.closeGraceMs + limits.drainMs, undefined, { signal: settled.signal })
      await Promise.race([Promise.all(running), timeout])
      settled.abort()
      state = 'closed'
    },
  }
}
