import type { DataOf, HEALTH_ROUTE, PartOf, RestRoute } from '../../protocol/endpoints.ts'

/** Every route that needs a token. */
export type AdminRoute = Exclude<RestRoute, typeof HEALTH_ROUTE>

/** A call by an administrator, parsed by the schemas in protocol/endpoints.ts. */
export interface RestCall<R extends AdminRoute> {
  /** The id of the caller. */
  readonly user: string
  readonly path: PartOf<R, 'path'>
  readonly query: PartOf<R, 'query'>
  readonly body: PartOf<R, 'body'>
}

/** Resolves with the envelope's `data`. */
export type RestHandler<R extends AdminRoute> = (call: RestCall<R>) => Promise<DataOf<R>>

export type RestHandlers = { readonly [R in AdminRoute]: RestHandler<R> }
