import * as z from 'zod/mini'
import manifest from '../package.json' with { type: 'json' }
import { type Endpoint, failure, tags } from '../protocol/endpoints/endpoint.ts'
import { endpoints, HEALTH_ROUTE, type RestRoute, restRoutes } from '../protocol/endpoints.ts'
import { limits } from '../protocol/limits.ts'
import { deployedHost, info, paragraphs } from './info.ts'
import { parametersOf } from './parameters.ts'
import { refusalsOf, sharedRefusals } from './refusals.ts'
import { type Json, onlyUsed, schemaRef, toSchemas } from './schemas.ts'

const description = paragraphs(
  'The chat over REST. Pushes arrive over the WebSocket, which docs/asyncapi.yaml describes.',
  'Every response has an envelope: `{"success": true, "data": …}` with status 200, or `{"success": false, "code", "message"}` with the status of the code.',
  'Every route except health requires the token of an administrator: a JWT signed with HS256, with the claims `user_id` and `exp`.',
  `A body is one JSON object of at most ${limits.frameBytes} bytes and ${limits.nesting} levels of nesting. The server ignores unknown fields, and so must clients.`,
  'The response is the same for something that does not exist and for something that belongs to other users: `not_found`. An unknown route is also answered with 404 in the envelope. AWS sends responses of its own without the envelope, among them 429, 500 and 503; such calls can be retried.',
)

export function openapi(): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of restRoutes) {
    const [method = '', path = ''] = route.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route) }
  }
  const components = {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    responses: sharedRefusals(),
  }
  const schemas = toSchemas(named(), { target: 'draft-2020-12' })
  return {
    openapi: '3.1.1',
    info: info('admin-chat: REST', description, { identifier: manifest.license }),
    servers: [
      { url: 'http://localhost:5000', description: 'npm start' },
      {
        url: 'https://{host}',
        description: 'The output `SiteUrl` of the stack. The API itself is at the output `RestUrl`.',
        variables: { host: deployedHost },
      },
    ],
    security: [{ token: [] }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    paths,
    components: { ...components, schemas: onlyUsed(schemas, { paths, components }) },
  }
}

/** The schemas of REST alone: the body and the enveloped response of each route, and the envelope of refusals. */
function named(): Record<string, z.ZodMiniType> {
  const schemas: Record<string, z.ZodMiniType> = { Refusal: failure }
  for (const route of restRoutes) {
    const { body, data }: Endpoint = endpoints[route]
    schemas[answerName(route)] = z.object({ success: z.literal(true), data })
    if (body) schemas[bodyName(route)] = body
  }
  return schemas
}

function operation(route: RestRoute): Json {
  const { operationId, tag, summary, description, body }: Endpoint = endpoints[route]
  const parameters = parametersOf(route)
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(route === HEALTH_ROUTE ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: { required: isRequired(body), content: json(bodyName(route)) } } : {}),
    responses: {
      200: { description: 'Success.', content: json(answerName(route)) },
      ...(route === HEALTH_ROUTE ? {} : refusalsOf(route)),
    },
  }
}

/** Clients may omit a body whose fields are all optional. */
const isRequired = (body: z.ZodMiniType) => !body.safeParse({}).success

const capitalize = (name: string) => name.replace(/^./, (letter) => letter.toUpperCase())
const answerName = (route: RestRoute) => `${capitalize(endpoints[route].operationId)}Answer`
const bodyName = (route: RestRoute) => `${capitalize(endpoints[route].operationId)}Body`
const json = (name: string) => ({ 'application/json': { schema: schemaRef(name) } })
