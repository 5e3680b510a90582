import * as z from 'zod/mini'
import { conversationEndpoints } from './endpoints/conversations.ts'
import type { Endpoint } from './endpoints/endpoint.ts'
import { invitationEndpoints } from './endpoints/invitations.ts'
import { messageEndpoints } from './endpoints/messages.ts'
import { peopleEndpoints } from './endpoints/people.ts'
import type { Shape } from './model.ts'

/** The one route that needs no token. */
export const HEALTH_ROUTE = 'GET /api/health'

/**
 * Every REST route by its HTTP API route key. The stack's routes, the parsing of calls, the handlers' types and
 * docs/openapi.yaml all derive from this table.
 */
export const endpoints = {
  ...conversationEndpoints,
  ...messageEndpoints,
  ...invitationEndpoints,
  ...peopleEndpoints,
  [HEALTH_ROUTE]: {
    operationId: 'health',
    tag: 'health',
    summary: 'Whether the chat is running; needs no token.',
    description: 'It queries neither the database nor the queue.',
    data: z.object({ status: z.literal('ok') }),
    codes: [],
  },
} as const satisfies Record<string, Endpoint>

type Endpoints = typeof endpoints

export type RestRoute = keyof Endpoints
export const restRoutes = Object.keys(endpoints) as readonly RestRoute[]

/** The parsed path, query or body of calls to a route; `undefined` if the route has none. */
export type PartOf<R extends RestRoute, Part extends 'path' | 'query' | 'body'> = Endpoints[R] extends {
  readonly [P in Part]: infer Schema extends z.ZodMiniType
}
  ? z.output<Schema>
  : undefined

/** The `data` that a route returns. */
export type DataOf<R extends RestRoute> = Shape<Endpoints[R]['data']>
