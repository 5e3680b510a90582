import { RemovalPolicy } from 'aws-cdk-lib'
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway'
import type { IAccessLogSettings } from 'aws-cdk-lib/aws-apigatewayv2'
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

export interface AccessLogsProps {
  /** How long CloudWatch keeps the log entries, in days. */
  readonly retention: RetentionDays
}

/** No query string, body or header: a token must never reach a log, wherever a client puts it. */
const commonFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  ip: '$context.identity.sourceIp',
}
const socketFields = {
  ...commonFields,
  event: '$context.eventType',
  connectionId: '$context.connectionId',
  latency: '$context.integrationLatency',
  error: '$context.integration.error',
}
const restFields = {
  ...commonFields,
  length: '$context.responseLength',
  latency: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
}

/** One log group per API, and the account-wide role that API Gateway needs to write to it from a WebSocket stage. */
export class AccessLogs extends Construct {
  readonly socket: IAccessLogSettings
  readonly rest: IAccessLogSettings
  /** The account-wide setting; without it, a stage with an access log cannot be created. */
  private readonly account: CfnAccount

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
      ],
    })
    this.account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn })
    // Other APIs in the account may come to depend on this setting, so it outlives the stack.
    role.applyRemovalPolicy(RemovalPolicy.RETAIN)
    this.account.applyRemovalPolicy(RemovalPolicy.RETAIN)
    this.socket = this.settings('Socket', socketFields, props)
    this.rest = this.settings('Rest', restFields, props)
  }

  private settings(id: string, fields: Record<string, string>, props: AccessLogsProps): IAccessLogSettings {
    const logGroup = new LogGroup(this, id, {
      retention: props.retention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    return {
      destination: {
        bind: (stage) => {
          stage.node.addDependency(this.account)
          return { destinationArn: logGroup.logGroupArn }
        },
      },
      format: AccessLogFormat.custom(JSON.stringify(fields)),
    }
  }
}
