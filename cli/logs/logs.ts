import type { FunctionName } from '../../lib/permissions.ts'

/** A field of a line, such as `message.route`, and what its value must be. */
export type Condition = readonly [field: string, operator: '=' | '>', value: string | number]

export interface LogQuery {
  /** @default - every function */
  readonly functions?: readonly FunctionName[]
  /** Epoch milliseconds. */
  readonly from: number
  /** All of them must hold. */
  readonly where: readonly Condition[]
}

/** A line that a function has written. */
export interface LogLine {
  readonly function: FunctionName
  /** Epoch milliseconds. */
  readonly at: number
  readonly requestId: string
  /** What was logged, by field. */
  readonly message: Readonly<Record<string, unknown>>
}

/** No query returns more lines. */
export const MAX_LINES = 2_000

/** What a query has found. */
export interface Found {
  /**
   * Oldest first, at most `MAX_LINES`: if there are more, the oldest are left out, because the newest show what is
   * wrong now.
   */
  readonly lines: readonly LogLine[]
  /**
   * No line from this time on was left out, epoch milliseconds. Equals the `from` of the query if no line was left out
   * at all.
   */
  readonly completeSince: number
}

/** The log of a chat: files on a laptop, CloudWatch Logs for a deployed stack. */
export interface Logs {
  /** The newest lines that fit a query. */
  find(query: LogQuery): Promise<Found>
}

/** Sorts lines by their time and leaves out the oldest if there are too many. */
export function newestOf(lines: readonly LogLine[], completeSince: number): Found {
  const sorted = lines.toSorted((one, other) => one.at - other.at)
  const kept = sorted.slice(-MAX_LINES)
  const [oldest] = kept
  const isCut = oldest !== undefined && kept.length < sorted.length
  return { lines: kept, completeSince: isCut ? Math.max(oldest.at, completeSince) : completeSince }
}

/**
 * Parses a line; undefined if neither a function nor Lambda has written it. Lambda's report of a failed invocation
 * becomes a message as well.
 */
export function toLine(name: FunctionName, text: string): LogLine | undefined {
  try {
    const { timestamp, time, requestId, message, type, record } = JSON.parse(text)
    const at = Date.parse(timestamp ?? time)
    if (Number.isNaN(at)) return undefined
    if (type === 'platform.report') {
      const report = { event: type, status: record.status, duration_ms: record.metrics.durationMs }
      return { function: name, at, requestId: String(record.requestId ?? ''), message: report }
    }
    if (typeof message !== 'object' || message === null) return undefined
    return { function: name, at, requestId: String(requestId ?? ''), message }
  } catch {
    // Another program has written the line, or the line is still being written.
    return undefined
  }
}

/** A field of what was logged as text; empty if it is absent. */
export const field = ({ message }: LogLine, name: string): string => {
  const value = message[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
