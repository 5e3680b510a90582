import { Duration } from 'aws-cdk-lib'
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IAccessLogSettings,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { type RestRoute, restRoutes } from '../../protocol/endpoints.ts'

export interface RestApiProps {
  /** Exact origins that browsers may call from; empty: the API has no CORS configuration at all. */
  readonly allowedOrigins: readonly string[]
  /** Requests per second and route, in the long run and at once. */
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number }
  /**
   * Where and how each request is logged.
   *
   * @default - no access log
   */
  readonly accessLogs?: IAccessLogSettings | undefined
}

/** The HTTP API that carries the REST routes. */
export class RestApi extends Construct {
  /** Without a final slash. */
  readonly url: string
  private readonly api: HttpApi

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id)
    this.api = new HttpApi(this, 'Api', {
      apiName: 'admin-chat-rest',
      createDefaultStage: false,
      ...(props.allowedOrigins.length > 0 ? { corsPreflight: cors(props.allowedOrigins) } : {}),
    })
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      ...(props.accessLogs ? { accessLogSettings: props.accessLogs } : {}),
    })
    this.url = this.api.apiEndpoint
  }

  /** One route per entry of the contract; `$default` lets the function answer unknown routes in our envelope. */
  addRoutes(fn: LambdaFunction): void {
    const integration = new HttpLambdaIntegration('Rest', fn)
    for (const route of restRoutes) {
      this.api.addRoutes({ ...methodAndPath(route), integration })
    }
    new HttpRoute(this, 'Default', { httpApi: this.api, routeKey: HttpRouteKey.DEFAULT, integration })
  }
}

/** API Gateway answers preflights from this by itself, and puts the headers on every answer, errors included. */
function cors(allowedOrigins: readonly string[]): CorsPreflightOptions {
  const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = CorsHttpMethod
  return {
    allowOrigins: [...allowedOrigins],
    allowMethods: [GET, POST, PUT, PATCH, DELETE, OPTIONS],
    // For browsers the asterisk stands for every header but `authorization`.
    allowHeaders: ['authorization', 'content-type', '*'],
    maxAge: Duration.hours(1),
  }
}

function methodAndPath(route: RestRoute): { methods: HttpMethod[]; path: string } {
  const [name, path] = route.split(' ')
  const method = Object.values(HttpMethod).find((known) => known === name)
  if (method === undefined || path === undefined) throw new Error(`${route} is not a route key`)
  return { methods: [method], path }
}
