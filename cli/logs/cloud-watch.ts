import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { type FunctionName, functionNames } from '../../lib/permissions.ts'
import { type Condition, type LogLine, type Logs, MAX_LINES, toLine } from './logs.ts'

/**
 * The log of a deployed stack.
 *
 * @param groupsOf resolves with the log group of each function
 */
export function cloudWatchLogs(
  client: CloudWatchLogsClient,
  groupsOf: () => Promise<ReadonlyMap<FunctionName, string>>,
): Logs {
  return {
    async find({ functions = functionNames, from, where }) {
      const groups = await groupsOf()
      const found = await Promise.all(
        functions.map((name) => linesOf(client, name, groups.get(name), from, patternOf(where))),
      )
      return found
        .flat()
        .sort((one, other) => one.at - other.at)
        .slice(-MAX_LINES)
    },
  }
}

async function linesOf(
  client: CloudWatchLogsClient,
  name: FunctionName,
  logGroupName: string | undefined,
  startTime: number,
  filterPattern: string,
): Promise<readonly LogLine[]> {
  if (logGroupName === undefined) throw new Error(`the stack has no log group for ${name}`)
  const lines: LogLine[] = []
  let nextToken: string | undefined
  do {
    const page = await client.send(
      new FilterLogEventsCommand({ logGroupName, startTime, filterPattern, ...(nextToken && { nextToken }) }),
    )
    lines.push(...(page.events ?? []).flatMap(({ message }) => toLine(name, message ?? '') ?? []))
    nextToken = page.nextToken
  } while (nextToken !== undefined && lines.length < MAX_LINES)
  return lines
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html */
export const patternOf = (where: readonly Condition[]) =>
  `{ ${where.map(([field, operator, value]) => `($.${field} ${operator} ${literal(value)})`).join(' && ')} }`

/** In a pattern, an asterisk stands for any text. Ids, codes and names of routes contain neither that nor quotes. */
function literal(value: string | number): string {
  if (typeof value === 'number') return String(value)
  if (/["*\\]/.test(value))
    throw new Error('a value to search the log for contains a quote, an asterisk or a backslash')
  return `"${value}"`
}
