import type { WebSocketRouteModel } from '../../stack/api-model.ts'
import type { ConnectionFacts } from './connection-facts.ts'
import { frameTexts, type WebSocketLimits } from './gateway-constants.ts'
import { newGatewayId } from './ids.ts'
import { parseIntegrationResponse } from './integration-response.ts'
import type { Invocation, InvokeRoute } from './invocation.ts'
import { routeSelector } from './route-selection.ts'
import { type EventScope, messageEvent } from './websocket-events.ts'

export interface MessageOptions extends EventScope {
  readonly invokeRoute: InvokeRoute
  readonly limits: WebSocketLimits
  /** Called with the reason for a failure that the client only sees as an anonymous error frame. */
  readonly warn: (problem: string) => void
}

/**
 * Returns a function that runs a message through its route. That function resolves with the frame to send back, if any,
 * and never rejects. Messages of one connection run concurrently, as on AWS: no message waits for an earlier one.
 */
export function messageHandler(options: MessageOptions) {
  const { api, invokeRoute, limits, warn } = options
  const select = routeSelector(api.routeSelectionExpression, new Set(api.routes.keys()))

  return async (connection: ConnectionFacts, message: string): Promise<Buffer | undefined> => {
    const routeKey = select(message) ?? ''
    const route = api.routes.get(routeKey)
    if (route === undefined) return platformFrame(frameTexts.noRoute, connection, newGatewayId())

    const event = messageEvent(options, connection, routeKey, message)
    const reply = replyTo(await invokeRoute(route, event), route, limits)
    if (reply.problem !== undefined) warn(`${routeKey}: ${reply.problem}`)
    if (reply.text === undefined) return reply.body
    return platformFrame(reply.text, connection, event.requestContext.requestId)
  }
}

/** The body for the client, or the text of an error frame. */
interface Reply {
  readonly body?: Buffer
  readonly text?: string
  readonly problem?: string
}

function replyTo(invocation: Invocation, route: WebSocketRouteModel, limits: WebSocketLimits): Reply {
  const failure = { text: frameTexts.failed }
  if ('problem' in invocation) return { text: frameTexts[invocation.cause], problem: invocation.problem }
  const response = parseIntegrationResponse(invocation.value)
  if (typeof response === 'string') return { ...failure, problem: response }
  // Without a route response the body is dropped, and the client sees only a failure.
  if (!route.hasRouteResponse) return response.statusCode >= 400 ? failure : {}
  // It is unverified that a body over the message limit counts as a failure, and that nothing is sent for an empty
  // body.
  if (response.body.length > limits.messageBytes)
    return { ...failure, problem: 'the returned body is too large' }
  return response.body.length === 0 ? {} : { body: response.body }
}

/** An error frame sent by API Gateway itself, with its keys in the observed order. */
function platformFrame(message: string, { connectionId }: ConnectionFacts, requestId: string): Buffer {
  return Buffer.from(JSON.stringify({ message, connectionId, requestId }))
}
