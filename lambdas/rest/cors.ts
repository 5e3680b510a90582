import { DEFAULT_ROUTE } from '../../protocol/frames.ts'
import { corsPolicy, isAllowedOrigin } from '../../protocol/origins.ts'
import type { RestEvent, RestResponse } from './event.ts'

type Handle = (event: RestEvent) => Promise<RestResponse>

/**
 * Adds CORS headers to every response and answers preflights. If the API has its own CORS configuration, API Gateway
 * overrides these headers. The API has no such configuration if an allowed origin is neither http nor https.
 */
export const withCors =
  (allowedOrigins: readonly string[], handle: Handle): Handle =>
  async (event) => {
    const { origin, 'access-control-request-method': requested } = event.headers
    if (origin === undefined || !isAllowedOrigin(allowedOrigins, origin)) return await handle(event)
    const cors = { 'access-control-allow-origin': origin }
    // A preflight reaches the default route, because no route has the method OPTIONS.
    if (requested !== undefined && event.routeKey === DEFAULT_ROUTE) return preflight(cors)
    const response = await handle(event)
    return { ...response, headers: { ...response.headers, ...cors } }
  }

const preflight = (cors: Readonly<Record<string, string>>): RestResponse => ({
  statusCode: 204,
  headers: {
    ...cors,
    'access-control-allow-methods': corsPolicy.methods.join(),
    'access-control-allow-headers': corsPolicy.headers.join(),
    'access-control-max-age': String(corsPolicy.maxAgeSeconds),
  },
  body: '',
})
