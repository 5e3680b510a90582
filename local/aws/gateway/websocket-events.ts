import type { IncomingMessage } from 'node:http'
import type { WebSocketApiModel } from '../../stack/api-model.ts'
import type { ConnectionFacts } from './connection-facts.ts'
import type { Closing } from './facts.ts'
import { handshakeHeaders, handshakeQuery } from './handshake-request.ts'
import { newGatewayId } from './ids.ts'
import { allValues, lastValues, type MultiValues, type SingleValues, type Values } from './multi-values.ts'
import { requestTime } from './request-time.ts'

/** The part that all events of one API share. */
export interface EventScope {
  readonly api: WebSocketApiModel
  readonly domainName: string
  readonly clock: () => number
}

type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT'

/**
 * Keys that do not apply are absent, not null, and there is no `accountId`; see docs/api-gateway.md, "WebSocket events".
 */
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

/** The complete event; unlike events of REST APIs it has no `resource`, `path` or `httpMethod`. */
export interface WebSocketEvent {
  readonly headers?: SingleValues
  readonly multiValueHeaders?: MultiValues
  readonly queryStringParameters?: SingleValues
  readonly multiValueQueryStringParameters?: MultiValues
  readonly requestContext: WebSocketRequestContext
  readonly body?: string
  readonly isBase64Encoded: false
}

/** The only event with the client's headers and query. */
export function connectEvent(
  scope: EventScope,
  connection: ConnectionFacts,
  request: IncomingMessage,
): WebSocketEvent {
  const query = handshakeQuery(request)
  return {
    ...headerMaps(handshakeHeaders(request, connection.connectedAt)),
    ...(query.size === 0
      ? {}
      : { queryStringParameters: lastValues(query), multiValueQueryStringParameters: allValues(query) }),
    requestContext: requestContext(scope, connection, '$connect', 'CONNECT'),
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
  const context = requestContext(scope, connection, routeKey, 'MESSAGE')
  return { requestContext: { ...context, messageId: newGatewayId() }, body, isBase64Encoded: false }
}

/** The few headers of this event are set by the gateway and mostly empty. */
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

function headerMaps(headers: Values) {
  return { headers: lastValues(headers), multiValueHeaders: allValues(headers) }
}
