import type * as z from 'zod/mini'
import type { Endpoint } from '../../protocol/endpoints/endpoint.ts'
import { endpoints } from '../../protocol/endpoints.ts'
import { parseFields } from '../../protocol/fields.ts'
import { parseObject } from '../../protocol/json.ts'
import { bodyText } from './body-text.ts'
import type { RestEvent } from './event.ts'
import type { AdminRoute } from './handler.ts'

type BodyEvent = Pick<RestEvent, 'headers' | 'body' | 'isBase64Encoded'>

/** Parses the path, the query and the body of a call by the schemas of its route. Throws a `ChatError`. */
export function parseCall(
  route: AdminRoute,
  event: BodyEvent & Pick<RestEvent, 'pathParameters' | 'queryStringParameters'>,
) {
  const { path, query, body }: Endpoint = endpoints[route]
  const parse = (schema: z.ZodMiniType | undefined, value: unknown) => schema && parseFields(schema, value)
  return {
    path: parse(path, event.pathParameters ?? {}),
    query: parse(query, event.queryStringParameters ?? {}),
    body: parse(body, route.startsWith('GET ') ? undefined : bodyOf(event)),
  }
}

/** Clients may omit a body whose fields are all optional. */
const bodyOf = (event: BodyEvent) => parseObject(bodyText(event) || '{}', 'body')
