import { RemovalPolicy } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import type { IAccessLogSettings } from 'aws-cdk-lib/aws-apigatewayv2'
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

/**
 * One log group per API. A WebSocket stage writes to it with a role that is set for the whole account and Region. That
 * setting is not part of the stack, which would otherwise replace the role of other APIs (docs/decisions/0017).
 */
export class AccessLogs extends Construct {
  readonly socket: IAccessLogSettings
  readonly rest: IAccessLogSettings

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id)
    this.socket = this.settings('Socket', socketFields, props)
    this.rest = this.settings('Rest', restFields, props)
  }

  private settings(id: string, fields: Record<string, string>, props: AccessLogsProps): IAccessLogSettings {
    const logGroup = new LogGroup(this, id, {
      retention: props.retention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    return {
      destination: { bind: () => ({ destinationArn: logGroup.logGroupArn }) },
      format: AccessLogFormat.custom(JSON.stringify(fields)),
    }
  }
}
