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
import { corsPolicy, isWebOrigin } from '../../protocol/origins.ts'
import { createOneAfterAnother } from './one-after-another.ts'

export interface RestApiProps {
  /**
   * Exact origins that browsers and apps may call from. If there are none, or if API Gateway refuses one of them, the
   * API has no CORS configuration, and the function answers preflights.
   */
  readonly allowedOrigins: readonly string[]
  /** Throttling per route: `rateLimit` in requests per second, `burstLimit` in requests. */
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number }
  /**
   * Destination and format of the access log.
   *
   * @default - no access log
   */
  readonly accessLogs?: IAccessLogSettings | undefined
}

/** The HTTP API with the REST routes. */
export class RestApi extends Construct {
  /** Base URL, without a trailing slash. */
  readonly url: string
  readonly apiId: string
  private readonly api: HttpApi
  private readonly stage: HttpStage

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id)
    this.api = new HttpApi(this, 'Api', {
      apiName: 'admin-chat-rest',
      createDefaultStage: false,
      ...corsPreflight(props.allowedOrigins),
    })
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      ...(props.accessLogs ? { accessLogSettings: props.accessLogs } : {}),
    })
    this.url = this.api.apiEndpoint
    this.apiId = this.api.apiId
  }

  /** Adds every REST route of the protocol, and `$default` so that unknown routes get an error in our envelope. */
  addRoutes(fn: LambdaFunction): void {
    const integration = new HttpLambdaIntegration('Rest', fn)
    for (const route of restRoutes) {
      this.api.addRoutes({ ...methodAndPath(route), integration })
    }
    new HttpRoute(this, 'Default', { httpApi: this.api, routeKey: HttpRouteKey.DEFAULT, integration })
    createOneAfterAnother(this, this.stage)
  }
}

/**
 * With this configuration, API Gateway itself answers preflight requests, and adds the headers to every response,
 * including errors.
 */
function corsPreflight(allowedOrigins: readonly string[]): { corsPreflight?: CorsPreflightOptions } {
  if (allowedOrigins.length === 0 || !allowedOrigins.every(isWebOrigin)) return {}
  return {
    corsPreflight: {
      allowOrigins: [...allowedOrigins],
      allowMethods: corsPolicy.methods.map((method) => CorsHttpMethod[method]),
      allowHeaders: [...corsPolicy.headers],
      maxAge: Duration.seconds(corsPolicy.maxAgeSeconds),
    },
  }
}

function methodAndPath(route: RestRoute): { methods: HttpMethod[]; path: string } {
  const [name, path] = route.split(' ')
  const method = Object.values(HttpMethod).find((known) => known === name)
  if (method === undefined || path === undefined) throw new Error(`${route} is not a route key`)
  return { methods: [method], path }
}
