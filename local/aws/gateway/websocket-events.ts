import type { IncomingMessage } from 'node:http'
import { forwardedFor, rawHeaders, sourceIp, splitTarget } from './client-request.ts'
import type { Closing } from './facts.ts'
import { newGatewayId, newTraceId } from './ids.ts'
import type { WebSocketApiModel } from './model.ts'
import { requestTime } from './request-time.ts'

/** [E4] `userAgent` is there only if the client sent one. */
export interface ClientIdentity {
  readonly userAgent?: string
  readonly sourceIp: string
}

/** What stays the same over a connection's life, and stands in each of its events. */
export interface ConnectionFacts {
  readonly connectionId: string
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  readonly identity: ClientIdentity
}

/** What the events of one API have in common. */
export interface EventScope {
  readonly api: WebSocketApiModel
  readonly domainName: string
  readonly clock: () => number
}

type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT'

/** [E2, E3] There is no `accountId`, and keys that do not apply are absent, not null. */
export interface WebSocketRequestContext extends ConnectionFacts {
  readonly routeKey: string
  readonly eventType: EventType
  readonly messageId?: string
  readonly disconnectStatusCode?: number
  readonly disconnectReason?: string
  readonly extendedRequestId: string
  readonly requestTime: string
  readonly messageDirection: 'IN'
  readonly stage: string
  readonly requestTimeEpoch: number
  readonly requestId: string
  readonly domainName: string
  readonly apiId: string
}

type SingleValues = Readonly<Record<string, string>>
type MultiValues = Readonly<Record<string, readonly string[]>>

/** [E1] The whole event: none of REST's `resource`, `path`, `httpMethod`. */
export interface WebSocketEvent {
  readonly headers?: SingleValues
  readonly multiValueHeaders?: MultiValues
  readonly queryStringParameters?: SingleValues
  readonly multiValueQueryStringParameters?: MultiValues
  readonly requestContext: WebSocketRequestContext
  readonly body?: string
  readonly isBase64Encoded: false
}

/** Facts of the connection that a handshake asks for. */
export function connectionFacts(request: IncomingMessage, clock: () => number): ConnectionFacts {
  const userAgent = request.headers['user-agent']
  return {
    connectionId: newGatewayId(),
    connectedAt: clock(),
    identity: { ...(userAgent === undefined ? {} : { userAgent }), sourceIp: sourceIp(request) },
  }
}

/** [E7, E8] Only this event carries the client's headers and query. */
export function connectEvent(
  scope: EventScope,
  connection: ConnectionFacts,
  request: IncomingMessage,
): WebSocketEvent {
  const query = queryValues(request)
  return {
    ...headerMaps(handshakeHeaders(request, connection.connectedAt)),
    ...(query.size === 0
      ? {}
      : { queryStringParameters: lastValues(query), multiValueQueryStringParameters: allValues(query) }),
    requestContext: requestContext(scope, connection, '$connect', 'CONNECT'),
    isBase64Encoded: false,
  }
}

/** [E9] A message comes with neither headers nor query. */
export function messageEvent(
  scope: EventScope,
  connection: ConnectionFacts,
  routeKey: string,
  body: string,
): WebSocketEvent {
  const context = requestContext(scope, connection, routeKey, 'MESSAGE')
  return { requestContext: { ...context, messageId: newGatewayId() }, body, isBase64Encoded: false }
}

/** [E10] The few headers of this event come from the gateway and are mostly empty. */
export function disconnectEvent(
  scope: EventScope,
  connection: ConnectionFacts,
  { code, reason }: Closing,
): WebSocketEvent {
  const context = requestContext(scope, connection, '$disconnect', 'DISCONNECT')
  const headers = new Map([
    ['Host', [scope.domainName]],
    ['x-api-key', ['']],
    ['X-Forwarded-For', ['']],
    ['x-restapi', ['']],
  ])
  return {
    ...headerMaps(headers),
    requestContext: { ...context, disconnectStatusCode: code, disconnectReason: reason },
    isBase64Encoded: false,
  }
}

function requestContext(
  { api, domainName, clock }: EventScope,
  connection: ConnectionFacts,
  routeKey: string,
  eventType: EventType,
): WebSocketRequestContext {
  const requestId = newGatewayId()
  const now = clock()
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: now,
    identity: connection.identity,
    requestId,
    domainName,
    connectionId: connection.connectionId,
    apiId: api.apiId,
  }
}

/** [E7] As the client spelled them, without those that end at the gateway, with those that it adds. */
function handshakeHeaders(request: IncomingMessage, now: number): ReadonlyMap<string, readonly string[]> {
  const sent = rawHeaders(request)
  const added = [
    ['X-Amzn-Trace-Id', newTraceId(now)],
    ['X-Forwarded-For', forwardedFor(sent, request)],
    ['X-Forwarded-Port', String(request.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ] as const
  const left = new Set([
    'connection',
    'upgrade',
    'content-length',
    ...added.map(([name]) => name.toLowerCase()),
  ])
  const headers = new Map<string, readonly string[]>()
  for (const [key, { name, values }] of sent) if (!left.has(key)) headers.set(name, values)
  for (const [name, value] of added) headers.set(name, [value])
  return headers
}

function queryValues(request: IncomingMessage): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of new URLSearchParams(splitTarget(request.url ?? '').query))
    values.set(name, [...(values.get(name) ?? []), value])
  return values
}

function headerMaps(headers: ReadonlyMap<string, readonly string[]>) {
  return { headers: lastValues(headers), multiValueHeaders: allValues(headers) }
}

function lastValues(values: ReadonlyMap<string, readonly string[]>): SingleValues {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']))
}

function allValues(values: ReadonlyMap<string, readonly string[]>): MultiValues {
  return Object.fromEntries(values)
}
