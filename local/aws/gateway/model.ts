/** What the gateway must know of a WebSocket API; read from the synthesised template. */
export interface WebSocketApiModel {
  readonly apiId: string
  readonly stage: string
  /** For example `$request.body.type`. */
  readonly routeSelectionExpression: string
  /** Route key to what it invokes, `$connect`, `$disconnect` and `$default` included where defined. */
  readonly routes: ReadonlyMap<string, WebSocketRouteModel>
}

export interface WebSocketRouteModel {
  /** Logical id of the function that the route's integration invokes. */
  readonly functionId: string
  /** Whether the route has a route response, so that a returned body reaches the client. */
  readonly hasRouteResponse: boolean
  /** Integration time-out in milliseconds, 29,000 unless the template says less. */
  readonly timeoutMs: number
}

/** What the gateway must know of an HTTP API; read from the synthesised template. */
export interface HttpApiModel {
  readonly apiId: string
  /** `$default` or a named stage. */
  readonly stage: string
  readonly routes: readonly HttpRouteModel[]
  readonly cors?: CorsModel
}

export interface HttpRouteModel {
  /** `METHOD /path/{variable}`, `ANY /path`, or `$default`. */
  readonly routeKey: string
  readonly functionId: string
  /** Integration time-out in milliseconds, 30,000 unless the template says less. */
  readonly timeoutMs: number
}

/** The API's CORS configuration, as in `AWS::ApiGatewayV2::Api.CorsConfiguration`. */
export interface CorsModel {
  readonly allowOrigins: readonly string[]
  readonly allowMethods: readonly string[]
  readonly allowHeaders: readonly string[]
  readonly exposeHeaders: readonly string[]
  readonly allowCredentials: boolean
  /** Seconds. */
  readonly maxAge?: number
}

/**
 * Runs a function with an event and resolves with what its handler returned. Rejects with a
 * `FunctionError` when the handler threw, timed out or its worker died, and when its turn came and nobody wanted it any more.
 */
export type Invoke = (functionId: string, event: unknown, isWanted?: () => boolean) => Promise<unknown>

export class FunctionError extends Error {
  override readonly name = 'FunctionError'
}
