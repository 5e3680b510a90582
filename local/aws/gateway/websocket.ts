import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { type Connection, holdConnection } from './connection.ts'
import { type ConnectionsApi, connectionsApi } from './connections.ts'
import { type Closing, goingAway, lost, type WebSocketLimits, webSocketLimits } from './facts.ts'
import { badHandshakeStatus, type HandshakeVerdict, judgeHandshake, refuseUpgrade } from './handshake.ts'
import { invokeWithin } from './invocation.ts'
import { messageHandler } from './messages.ts'
import type { Invoke, WebSocketApiModel } from './model.ts'
import { upgrader } from './upgrade.ts'
import {
  type ConnectionFacts,
  connectEvent,
  connectionFacts,
  disconnectEvent,
  type WebSocketEvent,
} from './websocket-events.ts'

export interface WebSocketGatewayOptions {
  readonly api: WebSocketApiModel
  readonly invoke: Invoke
  /** What events give as `requestContext.domainName`. */
  readonly domainName: string
  readonly limits?: Partial<WebSocketLimits>
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Told why a function's result became an anonymous error; silent by default. */
  readonly warn?: (problem: string) => void
}

export interface WebSocketGateway {
  /** Takes an upgrade whose path the caller has matched to the stage. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly connections: ConnectionsApi
  /**
   * Refuses new connections, closes the open ones with 1001, and gives their $disconnect and the running
   * messages a moment to finish. Resolves within `closeGraceMs` plus `drainMs`.
   */
  readonly close: () => Promise<void>
}

/** Plays a deployed WebSocket API for one process: $connect, routes, limits, closes and $disconnect. */
export function createWebSocketGateway(options: WebSocketGatewayOptions): WebSocketGateway {
  const { api, invoke, domainName, clock = Date.now, warn = () => {} } = options
  const limits = { ...webSocketLimits, ...options.limits }
  const scope = { api, domainName, clock }
  const handleMessage = messageHandler({ ...scope, invoke, limits, warn })
  const upgrade = upgrader(limits)

  const connecting = new Set<Duplex>()
  const connections = new Map<string, Connection>()
  /** Every connection's life and every message on its way, for closing to wait for. */
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

  // [C1] The upgrade is held until the function has answered; without a route it is simply accepted. Who has left before the
  // function could begin is no connection at all.
  const askConnect = async (event: WebSocketEvent, socket: Duplex): Promise<HandshakeVerdict> => {
    const route = api.routes.get('$connect')
    return route === undefined
      ? { verdict: 'accepted' }
      : judgeHandshake(await invokeWithin(invoke, route, event, () => socket.readable))
  }

  // [F12] Best effort: its result concerns nobody, and messages of the connection may still be running.
  const tellDisconnect = async (facts: ConnectionFacts, closing: Closing) => {
    const route = api.routes.get('$disconnect')
    if (route === undefined || state === 'closed') return
    const invocation = await invokeWithin(invoke, route, disconnectEvent(scope, facts, closing))
    if (invocation.outcome === 'failed') warn(`$disconnect: ${String(invocation.error)}`)
    if (invocation.outcome === 'timed_out') warn('$disconnect: the function ran out of time')
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

  /** A connection's whole life, from the handshake to the end of $disconnect. */
  const live = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const facts = connectionFacts(request, clock)
    const event = connectEvent(scope, facts, request)
    const answered = await askConnect(event, socket)
    connecting.delete(socket)
    if (answered.verdict === 'refused') {
      if (answered.problem !== undefined) warn(`$connect: ${answered.problem}`)
      const { requestId } = event.requestContext
      return refuseUpgrade(socket, answered.status, { connectionId: facts.connectionId, requestId })
    }
    const webSocket = upgrade(request, socket, head, answered.subprotocol)
    // Unverified: a client that left while $connect accepted it is reported as lost.
    if (webSocket === undefined) return tellDisconnect(facts, lost)
    const closing = await untilClosed(facts, webSocket, socket)
    connections.delete(facts.connectionId)
    return tellDisconnect(facts, closing)
  }

  return {
    handleUpgrade: (request, socket, head) => {
      // While $connect runs nobody else listens, and an unheard error would end the process.
      socket.on('error', () => {})
      if (state !== 'open') return void socket.destroy()
      const status = badHandshakeStatus(request, limits)
      if (status !== undefined) return refuseUpgrade(socket, status)
      connecting.add(socket)
      run(live(request, socket, head))
    },
    connections: connectionsApi(connections, limits),
    close: async () => {
      state = 'closing'
      for (const socket of connecting) socket.destroy()
      for (const connection of connections.values()) connection.close(goingAway)
      await settledWithin(limits.closeGraceMs + limits.drainMs, Promise.all(running))
      state = 'closed'
    },
  }
}

async function settledWithin(millis: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis)
  })
  await Promise.race([work, elapsed])
  clearTimeout(timer)
}
