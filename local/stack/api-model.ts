/** A WebSocket API, read from the synthesized template. */
export interface WebSocketApiModel {
  readonly apiId: string
  readonly stage: string
  /** For example `$request.body.type`. */
  readonly routeSelectionExpression: string
  /** Routes by key, including `$connect`, `$disconnect` and `$default` if defined. */
  readonly routes: ReadonlyMap<string, WebSocketRouteModel>
}

export interface WebSocketRouteModel {
  /** Logical id of the function that the route's integration invokes. */
  readonly functionId: string
  /** Whether the route has a route response. Only then is a returned body sent to the client. */
  readonly hasRouteResponse: boolean
  /** Integration timeout; 29,000 unless the template sets less. */
  readonly timeoutMs: number
}

/** An HTTP API, read from the synthesized template. */
export interface HttpApiModel {
  readonly apiId: string
  /** `$default` or a named stage. */
  readonly stage: string
  readonly routes: readonly HttpRouteModel[]
  readonly cors?: CorsModel | undefined
}

export interface HttpRouteModel {
  /** `METHOD /path/{variable}`, `ANY /path`, or `$default`. */
  readonly routeKey: string
  readonly functionId: string
  /** Integration timeout; 30,000 unless the template sets less. */
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
  readonly maxAge?: number | undefined
}
