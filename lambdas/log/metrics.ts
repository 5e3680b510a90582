import type { About } from './invocation.ts'
import type { InvocationRecord } from './record.ts'

/** The custom metrics. CloudWatch charges for each one, so they have no dimensions, and there are at most ten. */
export const metricUnits = {
  AcknowledgeLatency: 'Milliseconds',
  CommitAttempts: 'Count',
  PostsDelivered: 'Count',
  PostsGone: 'Count',
  PostsFailed: 'Count',
  PostsLeft: 'Count',
  RefusedRateLimited: 'Count',
  RefusedUnavailable: 'Count',
  RefusedOther: 'Count',
  SweepLag: 'Milliseconds',
} as const

type MetricName = keyof typeof metricUnits

/** The most values that CloudWatch accepts for one metric of a line. */
const MAX_VALUES = 100

/** Refusals with a metric of their own. */
const refusalMetrics: Readonly<Record<string, MetricName>> = {
  rate_limited: 'RefusedRateLimited',
  unavailable: 'RefusedUnavailable',
}

/**
 * The metrics of an invocation in CloudWatch's embedded metric format; undefined if there are none.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsOf(namespace: string, about: About, record: InvocationRecord): object | undefined {
  const values = Object.fromEntries(
    Object.entries(valuesOf(about, record)).filter(([, value]) => value !== undefined),
  )
  const names = Object.keys(values) as MetricName[]
  if (names.length === 0) return undefined
  const Metrics = names.map((Name) => ({ Name, Unit: metricUnits[Name] }))
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[]], Metrics }],
    },
    ...values,
  }
}

function valuesOf(
  { code = 'ok', ack_ms, lag_ms }: About,
  { posts, attempts }: InvocationRecord,
): Partial<Record<MetricName, number | readonly number[] | undefined>> {
  return {
    AcknowledgeLatency: ack_ms,
    CommitAttempts: attempts.length > 0 ? attempts.slice(0, MAX_VALUES) : undefined,
    PostsDelivered: posts?.delivered || undefined,
    PostsGone: posts?.gone || undefined,
    PostsFailed: posts?.failed || undefined,
    PostsLeft: posts?.left || undefined,
    SweepLag: lag_ms,
    ...(code !== 'ok' && code !== 'failed' && { [refusalMetrics[code] ?? 'RefusedOther']: 1 }),
  }
}
