import { Duration } from 'aws-cdk-lib'
import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { functionNames, tableNames } from '../permissions.ts'
import type { Watched } from './alarms/alarms.ts'

/** Three graphs in a row fill the width of 24 units. */
const WIDTH = 8

/** The graphs to which docs/runbook.md refers, by title. With 50 metrics or fewer, a dashboard is free of charge. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id)
    const { functions, taskQueue, restApi, socketApi, tables } = watched
    const lambda = (metricName: string, statistic: string) =>
      functionNames.map((name) =>
        metric('AWS/Lambda', metricName, { FunctionName: functions[name].functionName }, statistic, name),
      )
    const worker = { FunctionName: functions.worker.functionName }
    const sqs = (metricName: string, QueueName: string, label: string) =>
      metric('AWS/SQS', metricName, { QueueName }, 'Maximum', label)
    const api = (metricName: string, ApiId: string, label: string, statistic = 'Sum') =>
      metric('AWS/ApiGateway', metricName, { ApiId }, statistic, label)
    const dynamodb = (metricName: string) =>
      tableNames.map((name) =>
        metric('AWS/DynamoDB', metricName, { TableName: tables.nameOf(name) }, 'Sum', name),
      )
    const { queueName, deadLettersName } = taskQueue

    new CloudWatchDashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          graph('Invocations', lambda('Invocations', 'Sum')),
          graph('Throttled invocations', lambda('Throttles', 'Sum')),
          graph('Failed invocations', lambda('Errors', 'Sum')),
        ],
        [
          graph('Longest invocation (ms)', lambda('Duration', 'Maximum')),
          graph('Concurrent invocations', concurrency()),
          graph('Sweeps', [
            metric('AWS/Lambda', 'AsyncEventsReceived', worker, 'Sum', 'started'),
            metric('AWS/Lambda', 'AsyncEventsDropped', worker, 'Sum', 'dropped'),
          ]),
        ],
        [
          graph('Tasks', [
            sqs('ApproximateNumberOfMessagesVisible', queueName, 'waiting'),
            sqs('ApproximateNumberOfMessagesDelayed', queueName, 'delayed'),
            sqs('ApproximateNumberOfMessagesVisible', deadLettersName, 'dead letters'),
          ]),
          graph('Oldest task (s)', [sqs('ApproximateAgeOfOldestMessage', queueName, 'age')]),
          graph('REST calls', [
            api('Count', restApi.apiId, 'all'),
            api('4xx', restApi.apiId, '4xx'),
            api('5xx', restApi.apiId, '5xx'),
          ]),
        ],
        [
          graph('WebSocket', [
            api('ConnectCount', socketApi.apiId, 'handshakes'),
            api('MessageCount', socketApi.apiId, 'frames'),
            api('IntegrationError', socketApi.apiId, 'refused handshakes'),
            api('ExecutionError', socketApi.apiId, 'errors'),
          ]),
          graph('Throttled tables', [...dynamodb('ReadThrottleEvents'), ...dynamodb('WriteThrottleEvents')]),
          graph('Consumed units', [
            ...dynamodb('ConsumedReadCapacityUnits'),
            ...dynamodb('ConsumedWriteCapacityUnits'),
          ]),
        ],
      ],
    })
  }
}

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: WIDTH })

const metric = (
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string,
  label: string,
) => new Metric({ namespace, metricName, dimensionsMap, statistic, label, period: Duration.minutes(1) })

function concurrency(): IMetric[] {
  const running = metric('AWS/Lambda', 'ConcurrentExecutions', {}, 'Maximum', 'running')
  const quota = new MathExpression({
    expression: 'SERVICE_QUOTA(running)',
    usingMetrics: { running },
    label: 'quota',
    period: Duration.minutes(1),
  })
  return [running, quota]
}
