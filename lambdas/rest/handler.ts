import type { DataOf } from '../../protocol/endpoints.ts'
import type { RestRoute } from '../../protocol/routes.ts'

/** A call by an administrator, its parts still to be parsed by the endpoint. */
export interface RestCall {
  readonly user: string
  readonly path: unknown
  readonly query: unknown
  /** Parses the body; throws where it is no JSON object. */
  readonly body: () => unknown
}

export type AnsweredRoute = Exclude<RestRoute, 'GET /api/health'>

/** Resolves with the envelope's `data`. */
export type RestHandler<R extends AnsweredRoute = AnsweredRoute> = (call: RestCall) => Promise<DataOf<R>>

export type RestHandlers = { readonly [R in AnsweredRoute]: RestHandler<R> }
