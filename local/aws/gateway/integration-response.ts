import { integrationResponseKeys } from './gateway-constants.ts'

/** A well-formed response from a function behind a WebSocket route. */
export interface IntegrationResponse {
  readonly statusCode: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Parses the result of a proxy integration. Returns a string with the reason if the result is malformed. */
export function parseIntegrationResponse(value: unknown): IntegrationResponse | string {
  if (!isRecord(value)) return 'the function did not return an object'
  const extra = Object.keys(value).filter((key) => !integrationResponseKeys.has(key))
  if (extra.length > 0) return `the function returned keys that API Gateway refuses: ${extra.join(', ')}`

  const { statusCode, body, isBase64Encoded } = value
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599)
    return 'the function returned no valid statusCode'
  if (body !== undefined && body !== null && typeof body !== 'string')
    return 'the function returned a body that is not a string'
  const encoding = isBase64Encoded === true ? 'base64' : 'utf8'
  return { statusCode, headers: headersOf(value), body: Buffer.from(body ?? '', encoding) }
}

/** Merges both header maps with lower-cased names. The last of several values wins. */
function headersOf(value: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const map of [value['headers'], value['multiValueHeaders']]) {
    if (!isRecord(map)) continue
    for (const [name, content] of Object.entries(map)) {
      const last: unknown = Array.isArray(content) ? content.at(-1) : content
      if (typeof last === 'string') headers.set(name.toLowerCase(), last)
    }
  }
  return headers
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
