import { isDeepStrictEqual } from 'node:util'
import type { Datapoint, Series } from '../../../local/aws/cloudwatch/metrics.ts'
import type { Alarm, WatchedMetric } from './alarm.ts'

export interface Recorded {
  readonly series: readonly Series[]
  /** What `SERVICE_QUOTA` returns: how many invocations the account may run at once. */
  readonly quota: number
}

/**
 * True if CloudWatch would fire the alarm at this time: of its latest complete periods, enough are breaching.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function fires(alarm: Alarm, recorded: Recorded, now: number): boolean {
  const end = now - (now % alarm.periodMs)
  const values = Array.from({ length: alarm.periods }, (_, index) =>
    periodValue(alarm, recorded, end - (index + 1) * alarm.periodMs),
  )
  return values.filter((value) => isBreaching(alarm, value)).length >= alarm.datapoints
}

function isBreaching(
  { ComparisonOperator, threshold, TreatMissingData }: Alarm,
  value: number | undefined,
): boolean {
  // "ignore" keeps the state. An alarm of a new stack has not fired yet.
  if (value === undefined) return TreatMissingData === 'breaching'
  return ComparisonOperator === 'LessThanThreshold' ? value < threshold : value >= threshold
}

/** The value of the period that begins at this time; undefined if a metric has no data in it. */
function periodValue(alarm: Alarm, recorded: Recorded, start: number): number | undefined {
  const { expression, metrics, periodMs } = alarm
  const minutes = { start, end: start + periodMs }
  const sql = /^SELECT SUM\((\w+)\) FROM SCHEMA\("([\w/]+)", ([\w, ]+)\) WHERE (\w+) = '([^']+)'$/.exec(
    expression,
  )
  if (sql) {
    const [, name, namespace, schema = '', label = '', wanted] = sql
    const names = schema.split(', ')
    const found = recorded.series.filter(
      (one) =>
        one.namespace === namespace &&
        one.name === name &&
        isDeepStrictEqual(Object.keys(one.dimensions).sort(), names.toSorted()) &&
        one.dimensions[label] === wanted,
    )
    return statisticOf(
      'Sum',
      found.flatMap((one) => within(one, minutes)),
    )
  }
  const lookup = (id: string) => {
    const metric = metrics.get(id)
    if (!metric) throw new Error(`${alarm.id}: there is no metric ${id}`)
    return statisticOf(
      metric.statistic,
      recorded.series.filter(isOf(metric)).flatMap((one) => within(one, minutes)),
    )
  }
  return calculate(expression, lookup, recorded.quota)
}

const isOf = (metric: WatchedMetric) => (one: Series) =>
  one.namespace === metric.namespace &&
  one.name === metric.name &&
  isDeepStrictEqual(one.dimensions, metric.dimensions)

const within = ({ minutes }: Series, { start, end }: { readonly start: number; readonly end: number }) =>
  [...minutes].filter(([minute]) => minute >= start && minute < end).map(([, datapoint]) => datapoint)

function statisticOf(
  statistic: WatchedMetric['statistic'],
  datapoints: readonly Datapoint[],
): number | undefined {
  if (datapoints.length === 0) return undefined
  return statistic === 'Sum'
    ? datapoints.reduce((sum, one) => sum + one.sum, 0)
    : Math.max(...datapoints.map(({ maximum }) => maximum))
}

/** The part of metric math that the alarms use: numbers, metrics and `SERVICE_QUOTA(metric)`, joined by `*` and `/`. */
function calculate(
  expression: string,
  lookup: (id: string) => number | undefined,
  quota: number,
): number | undefined {
  const [first = '', ...rest] = expression.split(' ')
  const operand = (text: string): number | undefined => {
    const quotaOf = /^SERVICE_QUOTA\((\w+)\)$/.exec(text)?.[1]
    if (quotaOf !== undefined) return lookup(quotaOf) === undefined ? undefined : quota
    if (/^\d+$/.test(text)) return Number(text)
    if (/^\w+$/.test(text)) return lookup(text)
    throw new Error(`${expression}: ${text} is not supported`)
  }
  let result = operand(first)
  for (let index = 0; index < rest.length; index += 2) {
    const [operator, text = ''] = rest.slice(index)
    const value = operand(text)
    if (operator !== '*' && operator !== '/') throw new Error(`${expression}: ${operator} is not supported`)
    if (result === undefined || value === undefined) return undefined
    result = operator === '*' ? result * value : result / value
  }
  return result
}
