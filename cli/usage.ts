import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { type FunctionName, functionNames } from '../lib/permissions.ts'
import { readThrottles } from '../local/throttles.ts'
import type { StackFunction } from './stack-functions.ts'

/** How much of Lambda's concurrency was used in the last day, and how much was refused. */
export interface Usage {
  /** How many invocations of each function were refused, because too many were running. */
  readonly throttles: ReadonlyMap<FunctionName, number>
  /** The most invocations that ran at once in the account; undefined if they are not counted. */
  readonly peak: number | undefined
}

type Functions = ReadonlyMap<FunctionName, StackFunction>

const DAY_MS = 24 * 3_600_000

/** Reads what the laptop has counted. */
export function laptopUsage(dataDir: string, functions: Functions): Usage {
  const counted = readThrottles(dataDir)
  const sumOf = (name: FunctionName) =>
    counted
      .filter((throttles) => throttles.function === functions.get(name)?.name)
      .reduce((sum, { count }) => sum + count, 0)
  return { throttles: new Map(functionNames.map((name) => [name, sumOf(name)])), peak: undefined }
}

/** Reads CloudWatch's metrics. Lambda writes no log about an invocation that it refuses. */
export async function cloudWatchUsage(
  client: CloudWatchClient,
  functions: Functions,
  now: number,
): Promise<Usage> {
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - DAY_MS),
      EndTime: new Date(now),
      MetricDataQueries: [
        metric('peak', 'ConcurrentExecutions', 'Maximum', undefined),
        ...[...functions].map(([id, { name }]) => metric(id, 'Throttles', 'Sum', name)),
      ],
    }),
  )
  const values = new Map(MetricDataResults.map(({ Id, Values }) => [Id, Values ?? []]))
  const sumOf = (name: FunctionName) => (values.get(name) ?? []).reduce((sum, value) => sum + value, 0)
  return {
    throttles: new Map(functionNames.map((name) => [name, sumOf(name)])),
    peak: Math.max(0, ...(values.get('peak') ?? [])),
  }
}

/** A metric of one function, or of the account. With periods of an hour, a day has few data points. */
const metric = (Id: string, MetricName: string, Stat: string, name: string | undefined): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Lambda',
      MetricName,
      ...(name === undefined ? {} : { Dimensions: [{ Name: 'FunctionName', Value: name }] }),
    },
    Period: 3600,
    Stat,
  },
})
