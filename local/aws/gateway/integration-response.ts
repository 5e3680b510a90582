import { integrationResponseKeys } from './facts.ts'

/** What a function behind a WebSocket route answered, once found well-formed. */
export interface IntegrationResponse {
  readonly statusCode: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Reads a proxy integration's result; a string instead of it says what is wrong with the result [M2]. */
export function parseIntegrationResponse(value: unknown): IntegrationResponse | string {
  if (!isRecord(value)) return 'the function returned no object'
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

/** Both header maps, with lower-cased names; of several values the last one counts. */
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
