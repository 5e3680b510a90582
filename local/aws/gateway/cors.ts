import type { IncomingMessage } from 'node:http'
import { PREFLIGHT_STATUS } from './facts.ts'
import type { HttpReply } from './http-response.ts'
import type { CorsModel } from './model.ts'

/** [H14] The answer to a preflight, which no route and no function ever sees; nothing for other requests. */
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

/** [H14] Replaces whatever CORS headers the function returned by those of the API, on errors as well. */
export function withCors(cors: CorsModel, request: IncomingMessage, reply: HttpReply): HttpReply {
  const kept = [...reply.headers].filter(([name]) => !name.startsWith('access-control-'))
  const added = originHeaders(cors, request)
  const vary = [reply.headers.get('vary') ?? [], added.get('vary') ?? []].flat().join(', ')
  return {
    ...reply,
    headers: new Map([...kept, ...added, ...(vary === '' ? [] : [['vary', vary] as const])]),
  }
}

/** Headers that depend on nothing but where the request comes from. */
function originHeaders(cors: CorsModel, request: IncomingMessage): Map<string, string> {
  const { origin } = request.headers
  const anyOrigin = cors.allowOrigins.includes('*')
  const headers = new Map<string, string>()
  if (origin !== undefined && allows(cors, origin)) {
    headers.set('access-control-allow-origin', anyOrigin ? '*' : origin)
    setList(headers, 'access-control-expose-headers', cors.exposeHeaders)
    if (cors.allowCredentials) headers.set('access-control-allow-credentials', 'true')
  }
  // Also where the origin is absent or foreign: a cache must not give that answer to another one. Unverified.
  if (!anyOrigin) headers.set('vary', 'Origin')
  return headers
}

function allows({ allowOrigins }: CorsModel, origin: string): boolean {
  return allowOrigins.includes('*') || allowOrigins.includes(origin)
}

function setList(headers: Map<string, string>, name: string, values: readonly string[]): void {
  if (values.length > 0) headers.set(name, values.join(','))
}
