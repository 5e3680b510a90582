import { frameTexts, type WebSocketLimits } from './facts.ts'
import { newGatewayId } from './ids.ts'
import { parseIntegrationResponse } from './integration-response.ts'
import { invokeWithin } from './invocation.ts'
import type { Invoke, WebSocketRouteModel } from './model.ts'
import { routeSelector } from './route-selection.ts'
import { type ConnectionFacts, type EventScope, messageEvent } from './websocket-events.ts'

export interface MessageOptions extends EventScope {
  readonly invoke: Invoke
  readonly limits: WebSocketLimits
  /** Told what a developer should know: failures that a client only sees as an anonymous frame. */
  readonly warn: (problem: string) => void
}

/**
 * Makes the way of a message through its route: it resolves with the frame to send back, if there is one,
 * and never rejects. Nothing here waits for an earlier message of the same connection [M7].
 */
export function messageHandler(
  options: MessageOptions,
): (connection: ConnectionFacts, message: string) => Promise<Buffer | undefined> {
  const { api, invoke, warn } = options
  const select = routeSelector(api.routeSelectionExpression, new Set(api.routes.keys()))

  return async (connection, message) => {
    const routeKey = select(message)
    const route = routeKey === undefined ? undefined : api.routes.get(routeKey)
    if (routeKey === undefined || route === undefined)
      return platformFrame(frameTexts.noRoute, connection, newGatewayId())

    const event = messageEvent(options, connection, routeKey, message)
    const invocation = await invokeWithin(invoke, route, event)
    const answer = answerTo(invocation, route, options.limits)
    if ('problem' in answer) warn(`${routeKey}: ${answer.problem}`)
    if (!('text' in answer)) return answer.body
    return platformFrame(answer.text, connection, event.requestContext.requestId)
  }
}

type Answer =
  | { readonly body?: Buffer }
  | { readonly text: string }
  | { readonly text: string; readonly problem: string }

function answerTo(
  invocation: Awaited<ReturnType<typeof invokeWithin>>,
  route: WebSocketRouteModel,
  limits: WebSocketLimits,
): Answer {
  const failed = (problem: string) => ({ text: frameTexts.integrationFailed, problem })
  if (invocation.outcome === 'timed_out')
    return { text: frameTexts.timedOut, problem: 'the function ran out of time' }
  if (invocation.outcome === 'failed') return failed(String(invocation.error))

  const response = parseIntegrationResponse(invocation.value)
  if (typeof response === 'string') return failed(response)
  // [M3, M4] Without a route response the body is dropped, and only a failure shows.
  if (!route.hasRouteResponse) return response.statusCode >= 400 ? { text: frameTexts.integrationFailed } : {}
  // Unverified: that a body beyond the message limit counts as a failure, and that an empty one sends nothing.
  if (response.body.length > limits.messageBytes) return failed('the returned body is too large')
  return response.body.length === 0 ? {} : { body: response.body }
}

/** [M1] A frame of the platform's own; its keys come in this order. */
function platformFrame(message: string, { connectionId }: ConnectionFacts, requestId: string): Buffer {
  return Buffer.from(JSON.stringify({ message, connectionId, requestId }))
}
