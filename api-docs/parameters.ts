import type { Endpoint } from '../protocol/endpoints/endpoint.ts'
import { endpoints, type RestRoute } from '../protocol/endpoints.ts'
import { type Json, toSchemas } from './schemas.ts'

interface Shape {
  readonly properties: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
}

/** The parameters of a route, from the schemas of its path and its query. */
export function parametersOf(route: RestRoute): readonly Json[] {
  const { path, query }: Endpoint = endpoints[route]
  const named = { ...(path ? { path } : {}), ...(query ? { query } : {}) }
  // A path or a query contains numbers as text. They are documented as numbers, because the schemas convert them.
  const shapes = toSchemas(named, { target: 'draft-2020-12', io: 'output' })
  return Object.keys(named).flatMap((place) => {
    const { properties, required = [] } = shapes[place] as unknown as Shape
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: place,
      required: required.includes(name) && !('default' in schema),
      schema,
    }))
  })
}
