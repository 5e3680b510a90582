import type * as z from 'zod/mini'
import type { Endpoint } from '../../protocol/endpoints/endpoint.ts'
import { endpoints } from '../../protocol/endpoints.ts'
import { ChatError } from '../../protocol/errors.ts'
import { parseFields } from '../../protocol/fields.ts'
import { parseObject } from '../../protocol/json.ts'
import type { RestEvent } from './event.ts'
import type { AdminRoute } from './handler.ts'

/** The parts of an event that a call is parsed from. */
type CallEvent = Pick<RestEvent, 'pathParameters' | 'queryStringParameters' | 'body' | 'isBase64Encoded'> &
  Partial<Pick<RestEvent, 'headers'>>

/** Parses the path, the query and the body of a call by the schemas of its route. Throws a `ChatError`. */
export function parseCall(route: AdminRoute, event: CallEvent) {
  const { path, query, body }: Endpoint = endpoints[route]
  const parse = (schema: z.ZodMiniType | undefined, value: unknown) => schema && parseFields(schema, value)
  return {
    path: parse(path, event.pathParameters ?? {}),
    query: parse(query, event.queryStringParameters ?? {}),
    body: parse(body, route.startsWith('GET ') ? undefined : bodyOf(event)),
  }
}

/** Clients send no body at all where every field is optional. */
function bodyOf(event: CallEvent) {
  requireUncompressed(event)
  return parseObject(textOf(event) || '{}', 'body')
}

/** API Gateway passes a compressed body with a JSON content type as text, which destroys it. */
function requireUncompressed({ headers, body }: CallEvent): void {
  const encoding = headers?.['content-encoding']?.trim().toLowerCase()
  if (!body || !encoding || encoding === 'identity') return
  throw new ChatError('bad_request', 'body: is compressed (content-encoding), send it as it is')
}

/** API Gateway encodes a body as base64 unless it knows the content type as text. */
function textOf({ body = '', isBase64Encoded }: CallEvent): string {
  if (!isBase64Encoded) return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'))
  } catch {
    throw new ChatError('bad_request', 'body: is not UTF-8')
  }
}
