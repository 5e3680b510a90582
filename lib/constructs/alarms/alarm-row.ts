import { Duration } from 'aws-cdk-lib'
import { type IMetric, Metric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'

/** A section of docs/runbook.md by its anchor. */
export type RunbookSection =
  | 'throttled-invocations'
  | 'failed-invocations'
  | 'slow-invocations'
  | 'high-concurrency'
  | 'dropped-events'
  | 'missing-sweep'
  | 'dead-letters'
  | 'waiting-tasks'
  | 'rest-errors'
  | 'refused-handshakes'
  | 'websocket-errors'
  | 'throttled-tables'
  | 'failing-tables'
  | 'budget'

/** One row of the tables in this folder. */
export interface AlarmRow {
  /** Id of the construct, which is also part of the alarm's name. */
  readonly id: string
  /** What has happened, in one sentence for the e-mail. */
  readonly problem: string
  /** The section that says what to do about it. */
  readonly section: RunbookSection
  readonly metric: IMetric
  /** The alarm fires when the metric reaches this value, or with `below`, when it falls below it. */
  readonly threshold: number
  /** @default false */
  readonly below?: boolean
  /** The number of latest periods that are evaluated, and in how many of them the metric must reach the threshold. */
  readonly periods: { readonly latest: number; readonly reached: number }
  /** What a period without data means. @default NOT_BREACHING - nothing happened, as for a metric that counts events */
  readonly missing?: TreatMissingData
}

/** A single bad minute, such as a short burst, sends no e-mail. */
export const twoOfFiveMinutes = { latest: 5, reached: 2 }
export const once = { latest: 1, reached: 1 }

/** The value of a metric for each minute. */
export const perMinute = (
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: 'Sum' | 'Maximum',
): Metric => new Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(1) })
