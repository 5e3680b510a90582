import { Duration } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { type FunctionName, functionNames } from '../../permissions.ts'
import type { Functions } from '../functions.ts'
import { type AlarmRow, perMinute, twoOfFiveMinutes } from './alarm-row.ts'

/** Percentage of the account's concurrency. Once this much is in use, the next burst may be refused. */
const MAX_CONCURRENCY_PERCENT = 70

export const functionAlarms = (functions: Functions): readonly AlarmRow[] => [
  ...functionNames.flatMap((name) => alarmsOf(name, functions)),
  {
    id: 'ConcurrencyHigh',
    problem: `${MAX_CONCURRENCY_PERCENT}% or more of the account's concurrent invocations are in use.`,
    section: 'high-concurrency',
    metric: new MathExpression({
      // Service Quotas knows only the quota of `ConcurrentExecutions`. `ClaimedAccountConcurrency` includes the
      // concurrency that other functions of the account have reserved:
      // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
      expression: '100 * claimed / SERVICE_QUOTA(executions)',
      usingMetrics: {
        claimed: perMinute('AWS/Lambda', 'ClaimedAccountConcurrency', {}, 'Maximum'),
        executions: perMinute('AWS/Lambda', 'ConcurrentExecutions', {}, 'Maximum'),
      },
      period: Duration.minutes(1),
    }),
    threshold: MAX_CONCURRENCY_PERCENT,
    periods: twoOfFiveMinutes,
  },
]

function alarmsOf(name: FunctionName, functions: Functions): AlarmRow[] {
  const { functionName, timeout = Duration.seconds(3) } = functions[name]
  const prefix = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
  const metric = (metricName: string, statistic: 'Sum' | 'Maximum') =>
    perMinute('AWS/Lambda', metricName, { FunctionName: functionName }, statistic)
  const halfTimeoutMs = timeout.toMilliseconds() / 2
  return [
    {
      id: `${prefix}Throttled`,
      problem: `Lambda has refused to invoke the function "${name}", because too many invocations were running.`,
      section: 'throttled-invocations',
      metric: metric('Throttles', 'Sum'),
      threshold: 1,
      periods: twoOfFiveMinutes,
    },
    {
      id: `${prefix}Failing`,
      problem: `Invocations of the function "${name}" have crashed or timed out.`,
      section: 'failed-invocations',
      metric: metric('Errors', 'Sum'),
      threshold: 1,
      periods: twoOfFiveMinutes,
    },
    {
      id: `${prefix}Slow`,
      problem: `An invocation of the function "${name}" took ${halfTimeoutMs / 1000} s or more, half of its timeout.`,
      section: 'slow-invocations',
      metric: metric('Duration', 'Maximum'),
      threshold: halfTimeoutMs,
      periods: twoOfFiveMinutes,
    },
  ]
}
