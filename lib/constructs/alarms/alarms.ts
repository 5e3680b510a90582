import { Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { Functions } from '../functions.ts'
import type { RestApi } from '../rest-api.ts'
import type { SocketApi } from '../socket-api.ts'
import type { Tables } from '../tables.ts'
import type { TaskQueue } from '../task-queue.ts'
import type { AlarmRow } from './alarm-row.ts'
import { apiAlarms } from './api-alarms.ts'
import { functionAlarms } from './function-alarms.ts'
import { tableAlarms } from './table-alarms.ts'
import { taskAlarms } from './task-alarms.ts'

/** What the alarms and the dashboard watch. */
export interface Watched {
  readonly functions: Functions
  readonly taskQueue: TaskQueue
  readonly restApi: RestApi
  readonly socketApi: SocketApi
  readonly tables: Tables
}

export interface AlarmsProps extends Watched {
  /** Receives an e-mail when an alarm fires, and when it is over. */
  readonly email: string
}

/** The alarms, and the topic that sends them by e-mail. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { email, ...watched }: AlarmsProps) {
    super(scope, id)
    const topic = new Topic(this, 'Topic', { displayName: 'admin-chat', enforceSSL: true })
    // `enforceSSL` gives the topic a policy of its own, which replaces the default policy. The default would let the
    // whole account publish; this policy lets only CloudWatch publish, for this account.
    topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    new Subscription(this, 'Email', { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: email })
    const send = { bind: () => ({ alarmActionArn: topic.topicArn }) }
    for (const row of alarmRows(watched)) {
      const alarm = this.alarm(row)
      alarm.addAlarmAction(send)
      alarm.addOkAction(send)
    }
  }

  private alarm(row: AlarmRow): Alarm {
    const { id, problem, section, metric, threshold, below = false, periods, missing } = row
    return new Alarm(this, id, {
      alarmDescription: `${problem} What to do: docs/runbook.md#${section}`,
      metric,
      threshold,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods.latest,
      datapointsToAlarm: periods.reached,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    })
  }
}

const alarmRows = ({ functions, taskQueue, restApi, socketApi, tables }: Watched): readonly AlarmRow[] => [
  ...functionAlarms(functions),
  ...taskAlarms(functions, taskQueue),
  ...apiAlarms(restApi.apiId, socketApi.apiId),
  ...tableAlarms(tables),
]
