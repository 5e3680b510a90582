import { ArnFormat, Stack } from 'aws-cdk-lib'
import { type IAccessLogSettings, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { environment } from '../../lambdas/environment.ts'
import { DEFAULT_ROUTE, frameTypes, returnsAnswer } from '../../protocol/frames.ts'
import { ROUTE_SELECTION } from '../../protocol/socket-route.ts'
import type { ConnectionMethod } from '../permissions.ts'
import { createOneAfterAnother } from './one-after-another.ts'

export interface SocketApiProps {
  /** Throttling per route: `rateLimit` in frames per second, `burstLimit` in frames. */
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number }
  /**
   * Destination and format of the access log.
   *
   * @default - no access log
   */
  readonly accessLogs?: IAccessLogSettings | undefined
}

/** Name of the stage, which is also the path at which the API accepts handshakes. */
export const STAGE_NAME = 'prod'

/** The WebSocket API, its stage, and access to its open connections. */
export class SocketApi extends Construct {
  readonly url: string
  readonly apiId: string
  /** Endpoint of the @connections API, which sends frames and closes connections. */
  readonly callbackUrl: string
  private readonly api: WebSocketApi
  private readonly stage: WebSocketStage

  constructor(scope: Construct, id: string, props: SocketApiProps) {
    super(scope, id)
    this.api = new WebSocketApi(this, 'Api', {
      apiName: 'admin-chat-socket',
      routeSelectionExpression: ROUTE_SELECTION,
    })
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: STAGE_NAME,
      autoDeploy: true,
      throttle: props.throttle,
      ...(props.accessLogs ? { accessLogSettings: props.accessLogs } : {}),
    })
    this.url = this.stage.url
    this.apiId = this.api.apiId
    this.callbackUrl = this.stage.callbackUrl
  }

  /** Routes the two lifecycle events to one function, and every frame to another. */
  addRoutes(functions: { readonly lifecycle: LambdaFunction; readonly frames: LambdaFunction }): void {
    const lifecycle = new WebSocketLambdaIntegration('Lifecycle', functions.lifecycle)
    const frames = new WebSocketLambdaIntegration('Frames', functions.frames)
    this.api.addRoute('$connect', { integration: lifecycle })
    this.api.addRoute('$disconnect', { integration: lifecycle })
    for (const key of [...frameTypes, DEFAULT_ROUTE]) {
      this.api.addRoute(key, { integration: frames, returnResponse: returnsAnswer(key) })
    }
    createOneAfterAnother(this, this.stage)
  }

  /**
   * Sets the callback URL in the function's environment and grants these methods on the connections, if there are any.
   */
  grantConnections(fn: LambdaFunction, methods: readonly ConnectionMethod[]): void {
    if (methods.length === 0) return
    fn.addEnvironment(environment.callbackUrl, this.callbackUrl)
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['execute-api:ManageConnections'],
        resources: methods.map((method) =>
          Stack.of(this).formatArn({
            service: 'execute-api',
            resource: this.api.apiId,
            resourceName: `${STAGE_NAME}/${method}/@connections/*`,
            arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          }),
        ),
      }),
    )
  }
}
