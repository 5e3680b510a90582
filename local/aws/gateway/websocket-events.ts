import type { IncomingMessage } from 'node:http'
import type { WebSocketApiModel } from '../../stack/api-model.ts'
import { addedHeaders, rawHeaders, splitTarget } from './client-request.ts'
import type { ConnectionFacts } from './connection-facts.ts'
import type { Closing } from './gateway-constants.ts'
import { newGatewayId } from './ids.ts'
import { requestTime } from './request-time.ts'

/** The part that all events of one API share. */
export interface EventScope {
  readonly api: WebSocketApiModel
  readonly domainName: string
  readonly clock: () => number
}

/** The complete event; unlike events of REST APIs it has no `resource`, `path` or `httpMethod`. */
export interface WebSocketEvent extends Partial<ReturnType<typeof headerMaps>> {
  readonly queryStringParameters?: Readonly<Record<string, string>>
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>
  readonly requestContext: ReturnType<typeof requestContext>
  readonly body?: string
  readonly isBase64Encoded: false
}

/** The event of a handshake, the only one with the client's headers and query. */
export function connectEvent(
  scope: EventScope,
  connection: ConnectionFacts,
  request: IncomingMessage,
): WebSocketEvent {
  const query = handshakeQuery(request)
  return {
    ...headerMaps(handshakeHeaders(request, connection.connectedAt)),
    ...(query.size > 0 && {
      queryStringParameters: lastValues(query),
      multiValueQueryStringParameters: Object.fromEntries(query),
    }),
    requestContext: requestContext(scope, connection, '$connect', { eventType: 'CONNECT' }),
    isBase64Encoded: false,
  }
}

/** A message event has neither headers nor a query. */
export function messageEvent(
  scope: EventScope,
  connection: ConnectionFacts,
  routeKey: string,
  body: string,
): WebSocketEvent {
  const own = { eventType: 'MESSAGE', messageId: newGatewayId() } as const
  return { requestContext: requestContext(scope, connection, routeKey, own), body, isBase64Encoded: false }
}

/** The few headers of this event are set by the gateway and mostly empty. */
export function disconnectEvent(
  scope: EventScope,
  connection: ConnectionFacts,
  { code, reason }: Closing,
): WebSocketEvent {
  const own = { eventType: 'DISCONNECT', disconnectStatusCode: code, disconnectReason: reason } as const
  const headers = { Host: [scope.domainName], 'x-api-key': [''], 'X-Forwarded-For': [''], 'x-restapi': [''] }
  return {
    ...headerMaps(new Map(Object.entries(headers))),
    requestContext: requestContext(scope, connection, '$disconnect', own),
    isBase64Encoded: false,
  }
}

/** Keys of the request context that depend on the type of the event. */
interface OwnKeys {
  readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT'
  readonly messageId?: string
  readonly disconnectStatusCode?: number
  readonly disconnectReason?: string
}

/**
 * Keys that do not apply are absent, not null, and there is no `accountId`; see docs/api-gateway.md, "WebSocket
 * events".
 */
function requestContext(
  { api, domainName, clock }: EventScope,
  connection: ConnectionFacts,
  routeKey: string,
  own: OwnKeys,
) {
  const requestId = newGatewayId()
  const now = clock()
  return {
    ...connection,
    ...own,
    routeKey,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: 'IN',
    stage: api.stage,
    requestTimeEpoch: now,
    requestId,
    domainName,
    apiId: api.apiId,
  }
}

/** Headers or query parameters with all their values. */
type Values = ReadonlyMap<string, readonly string[]>

/**
 * The client's headers, spelled as sent, without those that end at the gateway, and with those that the gateway adds.
 */
function handshakeHeaders(request: IncomingMessage, now: number): Values {
  const sent = rawHeaders(request)
  const added = addedHeaders(sent, request, now)
  const removed = new Set(['Connection', 'Upgrade', 'Content-Length', ...added.map(([name]) => name)])
  for (const name of removed) sent.delete(name.toLowerCase())
  return new Map([
    ...[...sent.values()].map(({ name, values }) => [name, values] as const),
    ...added.map(([name, value]) => [name, [value]] as const),
  ])
}

/** The decoded query parameters of the handshake's URL. */
function handshakeQuery(request: IncomingMessage): Values {
  const query = new URLSearchParams(splitTarget(request.url ?? '').query)
  return new Map([...query.keys()].map((name) => [name, query.getAll(name)]))
}

/** `headers` has the last value of each name, `multiValueHeaders` all of them. */
function headerMaps(headers: Values) {
  return {
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers) as Readonly<Record<string, readonly string[]>>,
  }
}

function lastValues(values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']))
}
