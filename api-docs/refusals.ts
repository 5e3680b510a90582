import { commonCodes, type Endpoint } from '../protocol/endpoints/endpoint.ts'
import { endpoints, type RestRoute, restRoutes } from '../protocol/endpoints.ts'
import { type ErrorCode, errorCodes } from '../protocol/errors.ts'
import { type Json, mapValues, pascal, schemaRef } from './schemas.ts'

/** The error codes of a route, by HTTP status. */
function codesOf(route: RestRoute): Record<string, readonly ErrorCode[]> {
  const { codes }: Endpoint = endpoints[route]
  const byStatus: Record<string, readonly ErrorCode[]> = {}
  for (const code of new Set([...commonCodes, ...codes])) {
    const { status } = errorCodes[code]
    byStatus[status] = [...(byStatus[status] ?? []), code]
  }
  return byStatus
}

const nameOf = (codes: readonly ErrorCode[]) => codes.map(pascal).join('Or')

/** The error responses of a route by status; each is a reference into `sharedRefusals`. */
export const refusalsOf = (route: RestRoute): Json =>
  mapValues(codesOf(route), (codes) => ({ $ref: `#/components/responses/${nameOf(codes)}` }))

/** Every error response that a route refers to. */
export const sharedRefusals = (): Json =>
  Object.fromEntries(
    restRoutes
      .flatMap((route) => Object.values(codesOf(route)))
      .map((codes) => [nameOf(codes), response(codes)]),
  )

const response = (codes: readonly ErrorCode[]): Json => ({
  description: codes.map((code) => `\`${code}\``).join(' or '),
  ...(codes.includes('rate_limited') ? { headers: { 'Retry-After': retryAfter } } : {}),
  ...(codes.includes('unauthorized') ? { headers: { 'WWW-Authenticate': authenticate } } : {}),
  content: {
    'application/json': {
      schema: { allOf: [schemaRef('Refusal'), { properties: { code: { enum: codes } } }] },
    },
  },
})

const authenticate = {
  description: 'The scheme of the `Authorization` header.',
  schema: { type: 'string', enum: ['Bearer'] },
}

const retryAfter = {
  description: 'Seconds to wait, if known.',
  schema: { type: 'integer', minimum: 0 },
}
