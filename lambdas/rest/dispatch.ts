import { HEALTH_ROUTE } from '../../protocol/endpoints.ts'
import { ChatError, errorCodes, notFound, unauthorized } from '../../protocol/errors.ts'
import { SOCKET_PATH } from '../../protocol/socket-route.ts'
import { requireAdmin } from '../chat/connections/authenticate.ts'
import type { RestDeps } from '../chat/deps.ts'
import { note } from '../log/record.ts'
import { toChatError } from '../report.ts'
import type { RestEvent, RestResponse } from './event.ts'
import type { AdminRoute, RestHandlers } from './handler.ts'
import { parseCall } from './parse-call.ts'

type AnyHandler = (call: { readonly user: string } & ReturnType<typeof parseCall>) => Promise<object>

/** Passes an HTTP API event to the handler of its route and wraps the result in the envelope. */
export async function dispatch(
  deps: RestDeps,
  handlers: RestHandlers,
  event: RestEvent,
): Promise<RestResponse> {
  try {
    return respond(200, { success: true, data: await answer(deps, handlers, event) })
  } catch (error) {
    return refuse(toChatError(error, { route: event.routeKey }, deps))
  }
}

async function answer(deps: RestDeps, handlers: RestHandlers, event: RestEvent): Promise<object> {
  if (isHealthCheck(event)) return { status: 'ok' }
  if (!Object.hasOwn(handlers, event.routeKey)) throw unknownRoute(event)
  const route = event.routeKey as AdminRoute
  const { user } = await requireAdmin(deps, bearerToken(event))
  // Safe, because each handler only receives calls to its own route, parsed by that route's schemas.
  return await (handlers[route] as AnyHandler)({ user, ...parseCall(route, event) })
}

/** A HEAD reaches `$default`. Its answer is the same, and API Gateway leaves out the body. */
const isHealthCheck = ({ routeKey, rawPath, requestContext }: RestEvent) =>
  routeKey === HEALTH_ROUTE || (requestContext?.http.method === 'HEAD' && `GET ${rawPath}` === HEALTH_ROUTE)

/** Tells clients of the Socket.IO chat, which this chat replaces, where to connect. */
function unknownRoute({ rawPath = '' }: RestEvent): ChatError {
  if (!/^\/socket\.io(\/|$)/.test(rawPath)) return notFound('route')
  return new ChatError('not_found', `there is no Socket.IO here: open a native WebSocket at ${SOCKET_PATH}`)
}

function bearerToken({ headers }: RestEvent): string {
  const [, token] = /^Bearer +([^\s,]+) *$/i.exec(headers['authorization'] ?? '') ?? []
  if (token === undefined) throw unauthorized()
  return token
}

/** The response for a call that is refused. */
export function refuse(error: ChatError): RestResponse {
  const { code, message, details, retryAfterMs } = error
  note({ code })
  const { status } = errorCodes[code]
  return respond(
    status,
    { success: false, code, message, retry_after_ms: retryAfterMs, ...details },
    {
      ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
      // RFC 6750, section 3.
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
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
