import type { IncomingMessage } from 'node:http'
import { isAllowedOrigin } from '../../../protocol/origins.ts'
import type { CorsModel } from '../../stack/api-model.ts'
import { PREFLIGHT_STATUS } from './gateway-constants.ts'
import type { HttpReply } from './http-response.ts'

/**
 * Returns the response to a preflight, or `undefined` for other requests. Preflights reach no route and no function.
 */
export function preflightReply(cors: CorsModel, request: IncomingMessage): HttpReply | undefined {
  const { origin, 'access-control-request-method': method } = request.headers
  if (request.method !== 'OPTIONS' || origin === undefined || method === undefined) return undefined
  const headers = originHeaders(cors, request)
  if (allows(cors, origin)) {
    setList(headers, 'access-control-allow-methods', cors.allowMethods)
    setList(headers, 'access-control-allow-headers', cors.allowHeaders)
    if (cors.maxAge !== undefined) headers.set('access-control-max-age', String(cors.maxAge))
  }
  return { status: PREFLIGHT_STATUS, headers, body: Buffer.alloc(0) }
}

/** Replaces the CORS headers returned by the function with those of the API, even on error responses. */
export function withCors(cors: CorsModel, request: IncomingMessage, reply: HttpReply): HttpReply {
  const kept = [...reply.headers].filter(([name]) => !name.startsWith('access-control-'))
  const added = originHeaders(cors, request)
  const vary = [reply.headers.get('vary') ?? [], added.get('vary') ?? []].flat().join(', ')
  return {
    ...reply,
    headers: new Map([...kept, ...added, ...(vary === '' ? [] : [['vary', vary] as const])]),
  }
}

/** The headers that depend only on the request's origin. */
function originHeaders(cors: CorsModel, request: IncomingMessage): Map<string, string> {
  const { origin } = request.headers
  const anyOrigin = cors.allowOrigins.includes('*')
  const headers = new Map<string, string>()
  if (origin !== undefined && allows(cors, origin)) {
    headers.set('access-control-allow-origin', anyOrigin ? '*' : origin)
    setList(headers, 'access-control-expose-headers', cors.exposeHeaders)
    if (cors.allowCredentials) headers.set('access-control-allow-credentials', 'true')
  }
  // The header is set even if the origin is absent or not allowed, so that a cache does not serve this response to a
  // page of an allowed origin. Unverified.
  if (!anyOrigin) headers.set('vary', 'Origin')
  return headers
}

function allows({ allowOrigins }: CorsModel, origin: string): boolean {
  return allowOrigins.includes('*') || isAllowedOrigin(allowOrigins, origin)
}

function setList(headers: Map<string, string>, name: string, values: readonly string[]): void {
  if (values.length > 0) headers.set(name, values.join(','))
}
