import type { RestRoute } from '../../protocol/routes.ts'

/** A call by an administrator, its parts still to be parsed by the endpoint. */
export interface RestCall {
  readonly user: string
  /** The path's `{id}`, well-formed; empty where the path has none. */
  readonly id: string
  readonly query: unknown
  /** Parses the body; throws where it is no JSON object. */
  readonly body: () => unknown
}

/** Resolves with the envelope's `data`. */
export type RestHandler = (call: RestCall) => Promise<object>

export type RestHandlers = { readonly [R in Exclude<RestRoute, 'GET /api/health'>]: RestHandler }
