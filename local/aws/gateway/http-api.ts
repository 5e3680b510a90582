import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpApiModel } from '../../stack/api-model.ts'
import { readBody } from '../read-body.ts'
import { preflightReply, withCors } from './cors.ts'
import { FAILURE_STATUS, type HttpLimits, httpLimits } from './gateway-constants.ts'
import { type HttpEvent, httpEvent } from './http-event.ts'
import { headLength, readPath } from './http-request.ts'
import { gatewayReply, type HttpReply, parseHttpResponse } from './http-response.ts'
import { httpRouter } from './http-routing.ts'
import { newGatewayId } from './ids.ts'
import { type ApiOptions, invokeWithin } from './invocation.ts'

export type HttpApiOptions = ApiOptions<HttpApiModel, HttpLimits>

/** Handles one request; never rejects. */
export type HttpApi = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Emulates a deployed HTTP API with payload format 2.0: routes, events, responses and CORS. See docs/api-gateway.md.
 */
export function createHttpApi(options: HttpApiOptions): HttpApi {
  const { api, invoke, domainName, clock = Date.now, warn = () => {}, count = () => {} } = options
  const limits = { ...httpLimits, ...options.limits }
  const route = httpRouter(api.routes)

  const replyTo = async (request: IncomingMessage, requestId: string): Promise<HttpReply> => {
    if (headLength(request) > limits.headBytes) return gatewayReply(431)
    const path = readPath(request.url ?? '/', api.stage)
    if (path === 'malformed') return gatewayReply(400)
    if (path === 'no_stage') return gatewayReply(404)
    const match = route(request.method ?? '', path.routedPath)
    if (match === undefined) return gatewayReply(404)
    const body = await readBody(request, limits.bodyBytes)
    if (body === 'too_large') return gatewayReply(413)

    const event = httpEvent({ api, domainName, requestId, now: clock(), request, path, match, body })
    if (exceeds(event, limits.eventBytes)) return gatewayReply(413)
    // On Lambda, no invocation has to wait. Here, a client may give up before the function starts, and a read is then
    // of no use.
    const isWanted = () => request.method !== 'GET' || !request.socket.destroyed
    const invocation = await invokeWithin(invoke, match.route, event, isWanted)
    const reply = 'problem' in invocation ? invocation.problem : parseHttpResponse(invocation.value)
    if (typeof reply !== 'string') return reply
    warn(`${match.route.routeKey}: ${reply}`)
    return gatewayReply('problem' in invocation ? FAILURE_STATUS[invocation.cause] : 500)
  }

  const answer = async (request: IncomingMessage, requestId: string): Promise<HttpReply> => {
    if (api.cors === undefined) return replyTo(request, requestId)
    const preflight = preflightReply(api.cors, request)
    return preflight ?? withCors(api.cors, request, await replyTo(request, requestId))
  }

  return async (request, response) => {
    const requestId = newGatewayId()
    try {
      const reply = await answer(request, requestId)
      if (reply.status >= 500) count('5xx')
      send(response, requestId, reply)
    } catch (error) {
      // The client disconnected while sending its body. Only the method is logged, because the path and the query can
      // contain names.
      warn(`a ${request.method} call ended: ${String(error)}`)
      response.destroy()
    }
  }
}

/** True if the event is too large for Lambda. Its size is only computed if the body is large enough to matter. */
function exceeds(event: HttpEvent, limit: number): boolean {
  const longestEscape = '\\u0000'.length
  if ((event.body?.length ?? 0) * longestEscape < limit / 2) return false
  return Buffer.byteLength(JSON.stringify(event)) > limit
}

function send(response: ServerResponse, requestId: string, { status, headers, body }: HttpReply): void {
  response.statusCode = status
  for (const [name, value] of headers) response.setHeader(name, value)
  response.setHeader('apigw-requestid', requestId)
  // 204 and 304 responses have neither a body nor a content-length.
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length)
  response.end(body)
}
