import type { IncomingMessage } from 'node:http'
import type { HttpApiModel } from '../../stack/api-model.ts'
import { forwardedFor, rawHeaders, sourceIp } from './client-request.ts'
import { TEXT_CONTENT_TYPE } from './facts.ts'
import type { HttpPath } from './http-request.ts'
import type { HttpMatch } from './http-routing.ts'
import { newTraceId } from './ids.ts'
import { requestTime } from './request-time.ts'

/** Payload format 2.0. Keys that do not apply are absent, never null; see docs/api-gateway.md, "HTTP API: events". */
export interface HttpEvent {
  readonly version: '2.0'
  readonly routeKey: string
  readonly rawPath: string
  readonly rawQueryString: string
  readonly cookies?: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly queryStringParameters?: Readonly<Record<string, string>>
  readonly requestContext: {
    readonly accountId: string
    readonly apiId: string
    readonly domainName: string
    readonly domainPrefix: string
    readonly http: {
      readonly method: string
      readonly path: string
      readonly protocol: string
      readonly sourceIp: string
      readonly userAgent: string
    }
    readonly requestId: string
    readonly routeKey: string
    readonly stage: string
    readonly time: string
    readonly timeEpoch: number
  }
  readonly body?: string
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly isBase64Encoded: boolean
}

export interface HttpEventSource {
  readonly api: HttpApiModel
  readonly accountId: string
  readonly domainName: string
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly request: IncomingMessage
  readonly path: HttpPath
  readonly match: HttpMatch
  readonly body: Buffer
}

export function httpEvent(source: HttpEventSource): HttpEvent {
  const { api, request, path, match, body, domainName, now } = source
  const { routeKey } = match.route
  const query = queryParameters(path.rawQueryString)
  return {
    version: '2.0',
    routeKey,
    rawPath: path.rawPath,
    rawQueryString: path.rawQueryString,
    ...cookies(request),
    headers: eventHeaders(source),
    ...(query.size === 0 ? {} : { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: source.accountId,
      apiId: api.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method ?? '',
        path: path.rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIp(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: source.requestId,
      routeKey,
      stage: api.stage,
      time: requestTime(now),
      timeEpoch: now,
    },
    ...eventBody(request, body),
    ...(Object.keys(match.pathParameters).length === 0 ? {} : { pathParameters: match.pathParameters }),
  }
}

/** Cookies are passed in `cookies` instead of the header. */
function cookies(request: IncomingMessage): { readonly cookies?: readonly string[] } {
  const { cookie } = request.headers
  return cookie === undefined ? {} : { cookies: cookie.split(/;\s*/).filter((pair) => pair !== '') }
}

/** Hop-by-hop headers, which end at the gateway. Which of them a function still sees is unverified. */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
])

/** Lower-cased, repetitions joined by a comma; `content-length` is set even without a body. */
function eventHeaders({ request, body, now }: HttpEventSource): Readonly<Record<string, string>> {
  const sent = rawHeaders(request)
  const headers = new Map<string, string>()
  for (const [name, { values }] of sent)
    if (name !== 'cookie' && !hopHeaders.has(name)) headers.set(name, values.join(','))
  headers.set('content-length', String(body.length))
  headers.set('x-amzn-trace-id', newTraceId(now))
  headers.set('x-forwarded-for', forwardedFor(sent, request))
  headers.set('x-forwarded-port', String(request.socket.localPort ?? ''))
  headers.set('x-forwarded-proto', 'http')
  return Object.fromEntries(headers)
}

/** Decoded, repetitions joined by a comma. */
function queryParameters(rawQueryString: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = parameters.get(name)
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return parameters
}

/** Text for a few content types; base64 for all others and for bodies without a content type. */
function eventBody(
  request: IncomingMessage,
  body: Buffer,
): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false }
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  return TEXT_CONTENT_TYPE.test(contentType)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true }
}
