import { metricsOf } from './metrics.ts'
import { type Facts, type InvocationRecord, newRecord, type RecordTo } from './record.ts'
import { userHash } from './user-hash.ts'

export interface LogOptions {
  /** For the hashes of users. */
  readonly salt: string
  /** Namespace of the custom metrics. @default - no metrics */
  readonly metricsNamespace?: string | undefined
}

/** The facts about an invocation or a task that its event contains. */
export interface About extends Facts {
  /** The route, or the name of the task. Never text from a client. */
  readonly route: string
  /** API Gateway's id of the request, as in its access log. */
  readonly gateway_request_id?: string | undefined
  /** SQS's id of the task, the number of this delivery, and how long ago the task was queued. */
  readonly task_id?: string
  readonly delivery?: number | undefined
  readonly age_ms?: number | undefined
  /** How long after its scheduled time a sweep started. */
  readonly lag_ms?: number | undefined
}

/** Runs an invocation or a task, and writes its line to the log. */
export type Logged = <T>(about: About, work: () => Promise<T>) => Promise<T>

/**
 * Writes one line for each invocation or task once it has ended, even if it throws. Lambda's runtime adds the time, the
 * level and the request id.
 */
export function invocationLog(recordTo: RecordTo, { salt, metricsNamespace }: LogOptions): Logged {
  let isCold = true
  return async (about, work) => {
    const record = newRecord()
    const cold = isCold
    isCold = false
    const startedAt = performance.now()
    try {
      return await recordTo(record, work)
    } catch (error) {
      record.facts = { ...record.facts, code: 'failed' }
      throw withoutProperties(error)
    } finally {
      const facts = { ...about, ...record.facts }
      const timing = { duration_ms: round(performance.now() - startedAt), ...(cold && { cold }) }
      console.info(lineOf(facts, timing, record, salt))
      // Written directly, because Lambda's `console` would nest it, and CloudWatch looks for metrics at the top level.
      const metrics = metricsNamespace && metricsOf(metricsNamespace, facts, record)
      if (metrics) process.stdout.write(`${JSON.stringify(metrics)}\n`)
    }
  }
}

function lineOf(
  { route, code = 'ok', user, ...facts }: About,
  timing: object,
  { posts, attempts, calls, units }: InvocationRecord,
  salt: string,
) {
  return {
    event: 'invocation',
    route,
    code,
    ...timing,
    ...(user !== undefined && { user: userHash(salt, user) }),
    ...facts,
    ...(posts && { posts }),
    ...(attempts.length > 0 && { attempts: attempts.reduce((sum, count) => sum + count, 0) }),
    calls,
    ...(calls.dynamodb !== undefined && { units: { read: round(units.read), write: round(units.write) } }),
  }
}

const round = (value: number) => Math.round(value * 10) / 10

/**
 * Lambda's runtime logs an error that a handler throws, with all its properties. Those of a DynamoDB error may contain
 * a stored row.
 */
function withoutProperties(error: unknown): Error {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const bare = new Error(message)
  Object.defineProperties(bare, { name: { value: name }, stack: { value: stack } })
  return bare
}
