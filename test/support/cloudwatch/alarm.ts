import { z } from 'zod'
import type { Resolve } from '../../../local/stack/resolver.ts'
import { readResources, type Template } from '../../../local/stack/template.ts'

const metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
})
const statistic = z.enum(['Sum', 'Maximum'])
const query = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  MetricStat: z.object({ Metric: metric, Period: z.int(), Stat: statistic }).optional(),
  Period: z.int().optional(),
  ReturnData: z.boolean().default(true),
})
const alarmProperties = z.object({
  ...metric.partial().shape,
  Statistic: statistic.optional(),
  Period: z.int().optional(),
  Metrics: z.array(query).optional(),
  AlarmDescription: z.string(),
  ComparisonOperator: z.enum(['GreaterThanOrEqualToThreshold', 'LessThanThreshold']),
  Threshold: z.number(),
  EvaluationPeriods: z.int(),
  DatapointsToAlarm: z.int(),
  TreatMissingData: z.enum(['notBreaching', 'breaching', 'ignore']),
})

/** A metric that an alarm watches, as the template names it. */
export interface WatchedMetric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly statistic: z.infer<typeof statistic>
}

/** An alarm of the template with everything resolved. */
export interface Alarm
  extends Pick<z.infer<typeof alarmProperties>, 'ComparisonOperator' | 'TreatMissingData'> {
  /** Logical id without the hash that CDK appends and without the name of the construct around it. */
  readonly id: string
  readonly description: string
  readonly periodMs: number
  /** By the id that the expression uses. */
  readonly metrics: ReadonlyMap<string, WatchedMetric>
  /** Metric math or a query; the id of the only metric if there is none. */
  readonly expression: string
  readonly threshold: number
  readonly periods: number
  readonly datapoints: number
}

/** Reads the alarms of a template. Fails on any feature that `evaluate` does not know. */
export function readAlarms(template: Template, resolve: Resolve): readonly Alarm[] {
  return readResources(template, resolve, 'AWS::CloudWatch::Alarm', alarmProperties).map((alarm) => {
    const queries = alarm.Metrics ?? [singleMetric(alarm)]
    const [result, another] = queries.filter(({ ReturnData }) => ReturnData)
    const [period, otherPeriod] = new Set(
      queries.flatMap((one) => one.Period ?? one.MetricStat?.Period ?? []),
    )
    if (!result || another || period === undefined || otherPeriod !== undefined) {
      throw new Error(`${alarm.id} has not exactly one result and one period`)
    }
    return {
      id: alarm.id.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, ''),
      description: alarm.AlarmDescription,
      periodMs: period * 1000,
      metrics: new Map(
        queries.flatMap(({ Id, MetricStat }): [string, WatchedMetric][] =>
          MetricStat ? [[Id, watchedMetric(MetricStat)]] : [],
        ),
      ),
      expression: result.Expression ?? result.Id,
      threshold: alarm.Threshold,
      periods: alarm.EvaluationPeriods,
      datapoints: alarm.DatapointsToAlarm,
      ComparisonOperator: alarm.ComparisonOperator,
      TreatMissingData: alarm.TreatMissingData,
    }
  })
}

function singleMetric(alarm: z.infer<typeof alarmProperties>): z.infer<typeof query> {
  const { Statistic: Stat, Period } = alarm
  return query.parse({ Id: 'm', MetricStat: { Metric: alarm, Stat, Period }, Period })
}

const watchedMetric = ({
  Metric,
  Stat,
}: NonNullable<z.infer<typeof query>['MetricStat']>): WatchedMetric => ({
  namespace: Metric.Namespace,
  name: Metric.MetricName,
  dimensions: Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value])),
  statistic: Stat,
})
