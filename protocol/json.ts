import { ChatError } from './errors.ts'
import { limits } from './limits.ts'
import { markLostNumbers } from './numbers.ts'
import { byteLength, nesting } from './text.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Parses a client's text as one JSON object. Size and nesting are checked on the text, before any recursive code runs.
 * A byte order mark is ignored, and a number that a double cannot represent becomes infinite. Throws
 * `payload_too_large` or `bad_request`.
 */
export function parseObject(text: string, what: string): JsonObject {
  if (byteLength(text) > limits.frameBytes) {
    throw new ChatError('payload_too_large', `${what} is larger than ${limits.frameBytes} bytes`)
  }
  if (nesting(text) > limits.nesting) {
    throw new ChatError('payload_too_large', `${what} is nested deeper than ${limits.nesting} levels`)
  }
  const value = parseJson(markLostNumbers(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text))
  if (!isObject(value)) throw new ChatError('bad_request', `${what} must be a JSON object`)
  return value
}

/** Returns undefined for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}
