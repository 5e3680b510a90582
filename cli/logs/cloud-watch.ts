import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { type FunctionName, functionNames } from '../../lib/permissions.ts'
import { type Condition, type Found, type LogLine, type Logs, MAX_LINES, newestOf, toLine } from './logs.ts'

/**
 * CloudWatch returns the oldest lines first. To get the newest, a long log is read in periods, beginning with the last
 * one.
 */
const LAST_PERIOD_MS = 60_000
/**
 * Calls for one log group. A page can be empty although others follow, so the number of lines does not limit the work.
 */
const MAX_PAGES = 200

/**
 * The log of a deployed stack.
 *
 * @param groupsOf resolves with the log group of each function
 */
export function cloudWatchLogs(
  client: CloudWatchLogsClient,
  groupsOf: () => Promise<ReadonlyMap<FunctionName, string>>,
  now = Date.now,
): Logs {
  return {
    async find({ functions = functionNames, from, where }) {
      const groups = await groupsOf()
      const filterPattern = patternOf(where)
      const found = await Promise.all(
        functions.map((name) => {
          const logGroupName = groups.get(name)
          if (logGroupName === undefined) throw new Error(`the stack has no log group for ${name}`)
          return newestLines(pagesOf(client, name, { logGroupName, filterPattern }), from, now())
        }),
      )
      return newestOf(
        found.flatMap(({ lines }) => lines),
        Math.max(...found.map(({ completeSince }) => completeSince)),
      )
    },
  }
}

interface Page {
  readonly lines: readonly LogLine[]
  readonly nextToken: string | undefined
}

interface Period {
  readonly startTime: number
  /** Inclusive. @default - no end */
  readonly endTime?: number
  readonly nextToken?: string
}

/** Returns a function that reads one page. */
const pagesOf =
  (
    client: CloudWatchLogsClient,
    name: FunctionName,
    group: { logGroupName: string; filterPattern: string },
  ) =>
  async (period: Period): Promise<Page> => {
    const { events = [], nextToken } = await client.send(new FilterLogEventsCommand({ ...group, ...period }))
    return { lines: events.flatMap(({ message }) => toLine(name, message ?? '') ?? []), nextToken }
  }

/**
 * Most queries have one page. A longer log is read backwards in periods, each twice as long as the one read before,
 * until there are enough lines. A period then has about as many lines as all later ones together, so few more lines are
 * read than are kept.
 */
async function newestLines(
  read: (period: Period) => Promise<Page>,
  from: number,
  now: number,
): Promise<Found> {
  const { lines: all, nextToken: more } = await read({ startTime: from })
  if (more === undefined) return { lines: all, completeSince: from }
  const lines: LogLine[] = []
  let pages = 1
  let begin = now
  for (let length = LAST_PERIOD_MS; begin > from && lines.length < MAX_LINES; length *= 2) {
    const end = begin === now ? {} : { endTime: begin - 1 }
    const startTime = Math.max(from, begin - length)
    let nextToken: string | undefined
    do {
      if (pages++ === MAX_PAGES) return { lines, completeSince: begin }
      const page = await read({ startTime, ...end, ...(nextToken !== undefined && { nextToken }) })
      lines.push(...page.lines)
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    begin = startTime
  }
  return { lines, completeSince: begin }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html */
export const patternOf = (where: readonly Condition[]) =>
  `{ ${where.map(([field, operator, value]) => `($.${field} ${operator} ${literal(value)})`).join(' && ')} }`

/**
 * In a pattern, an asterisk stands for any text. Ids, codes and names of routes contain neither asterisks nor quotes.
 */
function literal(value: string | number): string {
  if (typeof value === 'number') return String(value)
  if (/["*\\]/.test(value))
    throw new Error('a value to search the log for contains a quote, an asterisk or a backslash')
  return `"${value}"`
}
