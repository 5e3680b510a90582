import { validateHeaderName, validateHeaderValue } from 'node:http'
import { DEFAULT_CONTENT_TYPE, httpMessages } from './gateway-constants.ts'
import { isRecord } from './integration-response.ts'

/** The response to the client. Header names are lower-cased. */
export interface HttpReply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string | readonly string[]>
  readonly body: Buffer
}

/** A response by the gateway itself. */
export function gatewayReply(status: keyof typeof httpMessages): HttpReply {
  return jsonReply(status, JSON.stringify({ message: httpMessages[status] }))
}

/** Parses a function's result. Returns a string with the reason if the result cannot be sent. */
export function parseHttpResponse(value: unknown): HttpReply | string {
  if (isRecord(value) && 'statusCode' in value) return structuredReply(value)
  // Without a statusCode, a string is sent as is, even if it is not valid JSON; any other value is encoded as JSON.
  return jsonReply(200, typeof value === 'string' ? value : JSON.stringify(value ?? null))
}

function structuredReply(value: Readonly<Record<string, unknown>>): HttpReply | string {
  const status = Number(value['statusCode'])
  if (!Number.isInteger(status) || status < 200 || status > 599)
    return 'the function returned no valid statusCode'
  const body = value['body'] ?? ''
  // It is unverified that a body of any other type is refused.
  if (typeof body !== 'string') return 'the function returned a body that is not a string'

  const headers = new Map<string, string | readonly string[]>([['content-type', DEFAULT_CONTENT_TYPE]])
  for (const [name, content] of Object.entries(isRecord(value['headers']) ? value['headers'] : {}))
    if (!gatewayHeaders.has(name.toLowerCase())) headers.set(name.toLowerCase(), String(content))
  const cookies = cookiesOf(headers.get('set-cookie'), value['cookies'])
  if (cookies.length > 0) headers.set('set-cookie', cookies)
  const problem = invalidHeader(headers)
  if (problem !== undefined) return problem
  return { status, headers, body: Buffer.from(body, value['isBase64Encoded'] === true ? 'base64' : 'utf8') }
}

/** Headers that the gateway sets itself; values returned by the function are ignored. */
const gatewayHeaders: ReadonlySet<string> = new Set([
  'apigw-requestid',
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
])

/** Each cookie becomes one `set-cookie` header. */
function cookiesOf(header: string | readonly string[] | undefined, cookies: unknown): readonly string[] {
  const listed = Array.isArray(cookies) ? cookies.map(String) : []
  return header === undefined ? listed : [header, ...listed].flat()
}

function invalidHeader(headers: HttpReply['headers']): string | undefined {
  for (const [name, content] of headers) {
    try {
      validateHeaderName(name)
      for (const value of [content].flat()) validateHeaderValue(name, value)
    } catch {
      return `the function returned a header that cannot be sent: ${JSON.stringify(name)}`
    }
  }
  return undefined
}

function jsonReply(status: number, body: string): HttpReply {
  return { status, headers: new Map([['content-type', 'application/json']]), body: Buffer.from(body) }
}
