import { commonCodes, type Endpoint, endpoints } from '../protocol/endpoints.ts'
import { type ErrorCode, errorCodes } from '../protocol/errors.ts'
import { type RestRoute, restRoutes } from '../protocol/routes.ts'
import { type Json, mapValues, pascal, schemaRef } from './schemas.ts'

/** The codes that a route may refuse with, by status. */
function codesOf(route: RestRoute): Record<string, readonly ErrorCode[]> {
  const { codes }: Endpoint = endpoints[route]
  const byStatus: Record<string, readonly ErrorCode[]> = {}
  for (const code of [...commonCodes, ...codes]) {
    const { status } = errorCodes[code]
    byStatus[status] = [...(byStatus[status] ?? []), code]
  }
  return byStatus
}

const nameOf = (codes: readonly ErrorCode[]) => codes.map(pascal).join('Or')

/** The refusals of a route by status, each a reference to one of `sharedRefusals`. */
export const refusalsOf = (route: RestRoute): Json =>
  mapValues(codesOf(route), (codes) => ({ $ref: `#/components/responses/${nameOf(codes)}` }))

/** Every refusal that some route refers to. */
export const sharedRefusals = (): Json =>
  Object.fromEntries(
    restRoutes
      .flatMap((route) => Object.values(codesOf(route)))
      .map((codes) => [nameOf(codes), response(codes)]),
  )

const response = (codes: readonly ErrorCode[]): Json => ({
  description: codes.map((code) => `\`${code}\``).join(' or '),
  ...(codes.includes('rate_limited') ? { headers: { 'Retry-After': retryAfter } } : {}),
  content: {
    'application/json': {
      schema: { allOf: [schemaRef('Refusal'), { properties: { code: { enum: codes } } }] },
    },
  },
})

const retryAfter = {
  description: 'Seconds to wait, where known.',
  schema: { type: 'integer', minimum: 0 },
}
