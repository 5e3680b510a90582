import { ChatError, errorCodes, notFound, unauthorized } from '../../protocol/errors.ts'
import { parseObject } from '../../protocol/json.ts'
import { requireAdmin } from '../chat/connections/authenticate.ts'
import type { RestDeps } from '../chat/deps.ts'
import { toChatError } from '../report.ts'
import type { RestEvent, RestResponse } from './event.ts'
import type { RestHandlers } from './handler.ts'

/** From an HTTP API event to its endpoint, and the envelope back. */
export async function dispatch(
  deps: Pick<RestDeps, 'users' | 'secrets' | 'now'>,
  handlers: RestHandlers,
  event: RestEvent,
): Promise<RestResponse> {
  try {
    return respond(200, { success: true, data: await answer(deps, handlers, event) })
  } catch (error) {
    return refuse(toChatError(error, { route: event.routeKey }))
  }
}

async function answer(
  deps: Pick<RestDeps, 'users' | 'secrets' | 'now'>,
  handlers: RestHandlers,
  event: RestEvent,
): Promise<object> {
  const { routeKey, pathParameters, queryStringParameters = {} } = event
  if (routeKey === 'GET /api/health') return { status: 'ok' }
  if (!isRoute(handlers, routeKey)) throw notFound('route')
  const { user } = await requireAdmin(deps, bearerToken(event))
  return await handlers[routeKey]({
    user,
    path: pathParameters ?? {},
    query: queryStringParameters,
    // Where every field is optional, clients send no body at all.
    body: () => parseObject(textOf(event) || '{}', 'body'),
  })
}

const isRoute = (handlers: RestHandlers, routeKey: string): routeKey is keyof RestHandlers =>
  Object.hasOwn(handlers, routeKey)

function bearerToken({ headers }: RestEvent): string {
  const [, token] = /^Bearer ([^\s,]+)$/i.exec(headers['authorization'] ?? '') ?? []
  if (token === undefined) throw unauthorized()
  return token
}

/** API Gateway encodes every body whose content type it does not know as text. */
function textOf({ body = '', isBase64Encoded }: RestEvent): string {
  if (!isBase64Encoded) return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'))
  } catch {
    throw new ChatError('bad_request', 'body: is not UTF-8')
  }
}

function refuse(error: ChatError): RestResponse {
  const { code, message, details, retryAfterMs } = error
  const wait = retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }
  return respond(
    errorCodes[code].status,
    { success: false, code, message, ...wait, ...details },
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
  )
}

const respond = (statusCode: number, body: object, headers: Readonly<Record<string, string>> = {}) => ({
  statusCode,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  },
  body: JSON.stringify(body),
})
