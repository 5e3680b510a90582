import type { IncomingMessage } from 'node:http'
import type { HttpApiModel } from '../../stack/api-model.ts'
import { place } from '../../stack/names.ts'
import { addedHeaders, rawHeaders, sourceIp } from './client-request.ts'
import { TEXT_CONTENT_TYPE } from './gateway-constants.ts'
import type { HttpPath } from './http-request.ts'
import type { HttpMatch } from './http-routing.ts'
import { requestTime } from './request-time.ts'

export interface HttpEventSource {
  readonly api: HttpApiModel
  readonly domainName: string
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly request: IncomingMessage
  readonly path: HttpPath
  readonly match: HttpMatch
  readonly body: Buffer
}

/** Payload format 2.0. Keys that do not apply are absent, never null; see docs/api-gateway.md, "HTTP API: events". */
export function httpEvent(source: HttpEventSource) {
  const { api, requestId, request, path, match, body, domainName, now } = source
  const { rawPath, rawQueryString } = path
  const { pathParameters, route } = match
  const query = queryParameters(rawQueryString)
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    ...cookies(request),
    headers: eventHeaders(source),
    ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: place.account,
      apiId: api.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method ?? '',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIp(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route.routeKey,
      stage: api.stage,
      time: requestTime(now),
      timeEpoch: now,
    },
    ...eventBody(request, body),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
  }
}

export type HttpEvent = ReturnType<typeof httpEvent>

/** Cookies are passed in `cookies` instead of the header. */
function cookies({ headers: { cookie } }: IncomingMessage) {
  return cookie !== undefined && { cookies: cookie.split(/;\s*/).filter((pair) => pair !== '') }
}

/** Hop-by-hop headers, which end at the gateway. It is unverified which of these headers a function still sees. */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
])

/**
 * The headers with lower-cased names, and repeated headers joined by a comma; `content-length` is set even without a
 * body.
 */
function eventHeaders({ request, body, now }: HttpEventSource): Readonly<Record<string, string>> {
  const sent = rawHeaders(request)
  const headers = new Map<string, string>()
  for (const [name, { values }] of sent)
    if (name !== 'cookie' && !hopHeaders.has(name)) headers.set(name, values.join(','))
  headers.set('content-length', String(body.length))
  for (const [name, value] of addedHeaders(sent, request, now)) headers.set(name.toLowerCase(), value)
  return Object.fromEntries(headers)
}

/** The decoded query parameters. The values of a repeated name are joined by a comma. */
function queryParameters(rawQueryString: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = parameters.get(name)
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return parameters
}

/** Text for a few content types; base64 for all others and for bodies without a content type. */
function eventBody({ headers }: IncomingMessage, body: Buffer) {
  if (body.length === 0) return { isBase64Encoded: false }
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  return TEXT_CONTENT_TYPE.test(contentType)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true }
}
