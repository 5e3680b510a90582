import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import type { WebSocketLimits } from '../../../../local/aws/gateway/gateway-constants.ts'
import { createHttpApi, type HttpApiOptions } from '../../../../local/aws/gateway/http-api.ts'
import { createWebSocketGateway, type WebSocketGateway } from '../../../../local/aws/gateway/websocket.ts'
import type { WebSocketEvent } from '../../../../local/aws/gateway/websocket-events.ts'
import { deferred } from '../../../../local/aws/lambda/deferred.ts'
import type {
  HttpApiModel,
  WebSocketApiModel,
  WebSocketRouteModel,
} from '../../../../local/stack/api-model.ts'

export const DOMAIN = 'abc123.execute-api.local'

/** Values that can be awaited in their order of arrival. */
export interface Queue<T> {
  readonly push: (value: T) => void
  readonly next: () => Promise<T>
  readonly waiting: () => readonly T[]
}

export function queue<T>(): Queue<T> {
  const values: T[] = []
  const readers: ((value: T) => void)[] = []
  return {
    push: (value) => {
      const reader = readers.shift()
      if (reader === undefined) values.push(value)
      else reader(value)
    },
    next: () => {
      const value = values.shift()
      return value === undefined ? new Promise((resolve) => readers.push(resolve)) : Promise.resolve(value)
    },
    waiting: () => values,
  }
}

type Handler = (event: WebSocketEvent, isWanted?: () => boolean) => unknown

export interface TestRoute extends Partial<WebSocketRouteModel> {
  readonly handler?: Handler
}

export interface TestGateway {
  readonly gateway: WebSocketGateway
  readonly url: string
  /** The events that each function received, by route key. */
  readonly events: (routeKey: string) => Queue<WebSocketEvent>
  readonly warnings: readonly string[]
  readonly connect: (path?: string, protocols?: string[], options?: ClientOptions) => TestClient
  /** Connects and returns the client with its connection id. */
  readonly open: () => Promise<{ readonly client: TestClient; readonly connectionId: string }>
}

export interface GatewaySettings {
  /** `absent` removes one of the two default routes. */
  readonly routes?: Readonly<Record<string, TestRoute | 'absent'>>
  readonly limits?: Partial<WebSocketLimits>
  readonly clock?: () => number
}

const succeed: Handler = () => ({ statusCode: 200 })

/** Starts a gateway behind a real server; `$connect` and `$disconnect` succeed by default. */
export async function startGateway({
  routes = {},
  limits,
  clock,
}: GatewaySettings = {}): Promise<TestGateway> {
  const defined = new Map<string, TestRoute>()
  for (const [key, route] of Object.entries({ $connect: {}, $disconnect: {}, ...routes }))
    if (route !== 'absent') defined.set(key, route)
  const queues = new Map<string, Queue<WebSocketEvent>>()
  const events = (routeKey: string) => {
    const known = queues.get(routeKey) ?? queue<WebSocketEvent>()
    queues.set(routeKey, known)
    return known
  }
  const api: WebSocketApiModel = {
    apiId: 'abc123',
    stage: 'ws',
    routeSelectionExpression: '$request.body.type',
    routes: new Map(
      [...defined].map(([key, { handler: _handler, ...route }]) => [
        key,
        { functionId: key, hasRouteResponse: false, timeoutMs: 29_000, ...route },
      ]),
    ),
  }
  const warnings: string[] = []
  const gateway = createWebSocketGateway({
    api,
    domainName: DOMAIN,
    limits: { drainMs: 50, ...limits },
    ...(clock === undefined ? {} : { clock }),
    warn: (problem) => warnings.push(problem),
    invoke: async (functionId, event, isWanted) => {
      events(functionId).push(event as WebSocketEvent)
      return (defined.get(functionId)?.handler ?? succeed)(event as WebSocketEvent, isWanted)
    },
  })
  const server = createServer()
  server.on('upgrade', gateway.handleUpgrade)
  const url = `ws://${await listen(server)}`
  onTestFinished(async () => {
    await gateway.close()
    server.close()
  })
  const connect: TestGateway['connect'] = (path = '/ws', protocols = [], options = {}) =>
    connectTo(`${url}${path}`, protocols, options)
  const open = async () => {
    const client = connect()
    const event = await events('$connect').next()
    await client.opened
    return { client, connectionId: event.requestContext.connectionId }
  }
  return { gateway, url, events, warnings, connect, open }
}

export interface TestClient {
  readonly socket: WebSocket
  readonly opened: Promise<void>
  /** The HTTP response that refused the handshake. */
  readonly refused: Promise<{ readonly status: number; readonly body: string }>
  readonly messages: Queue<string>
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  readonly send: (message: unknown) => void
}

function connectTo(url: string, protocols: string[], options: ClientOptions): TestClient {
  const socket = new WebSocket(url, protocols, options)
  const messages = queue<string>()
  const refused = deferred<{ status: number; body: string }>()
  socket.on('error', () => {})
  socket.on('message', (data: Buffer, isBinary) => messages.push(isBinary ? '<binary>' : data.toString()))
  socket.on('unexpected-response', (_request, response) => {
    let body = ''
    response.on('data', (chunk) => {
      body += chunk
    })
    response.on('end', () => refused.resolve({ status: response.statusCode ?? 0, body }))
  })
  onTestFinished(() => socket.terminate())
  return {
    socket,
    messages,
    refused: refused.promise,
    opened: new Promise((resolve) => socket.once('open', () => resolve())),
    closed: new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    ),
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  }
}

export type HttpSettings = Partial<Omit<HttpApiOptions, 'api'>> & Partial<HttpApiModel>

/** Starts an HTTP API behind a real server and resolves with its address, `http://host:port`. */
export async function startHttpApi(settings: HttpSettings): Promise<string> {
  const { apiId = 'http123', stage = '$default', routes = [], cors, ...options } = settings
  const answer = createHttpApi({
    domainName: DOMAIN,
    invoke: async () => ({ statusCode: 200 }),
    ...options,
    api: { apiId, stage, routes, ...(cors === undefined ? {} : { cors }) },
  })
  const server = createServer((request, response) => void answer(request, response))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://${await listen(server)}`
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
