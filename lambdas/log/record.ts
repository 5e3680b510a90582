import { AsyncLocalStorage } from 'node:async_hooks'

/** The AWS services that the functions call. `connections` is the `@connections` API of API Gateway. */
export type Service = 'dynamodb' | 'connections' | 'sqs' | 'secretsmanager'

/** Facts about an invocation that only the code below the dispatchers knows: ids, codes and times, never content. */
export interface Facts {
  /** The code of the refusal, or `failed` if the invocation or the task will be repeated. @default - ok */
  readonly code?: string
  readonly connection?: string | undefined
  /** For a refused handshake: the origin of the page, shortened. */
  readonly origin?: string
  /** The id of the user; the line contains its hash. */
  readonly user?: string | undefined
  readonly conversation?: string | undefined
  readonly message_id?: string
  readonly seq?: number | undefined
  /** True if a repeated send stored nothing. */
  readonly duplicate?: boolean
  /** How the post of the acknowledgment ended, and how long that was after API Gateway had received the frame. */
  readonly ack?: string
  readonly ack_ms?: number
}

/** How the posts of an invocation to other connections ended. */
export interface PostCounts {
  readonly delivered: number
  readonly gone: number
  readonly failed: number
  /** Not finished within the time limit. The worker posts these again, unless they announce typing or presence. */
  readonly left: number
}

/** What one invocation, or one task of the worker, has done so far. */
export interface InvocationRecord {
  facts: Facts
  posts: PostCounts | undefined
  /** For each entry that was stored: how many writes it took. */
  readonly attempts: number[]
  /** The number of calls to each service, retries included. */
  readonly calls: Partial<Record<Service, number>>
  readonly units: { read: number; write: number }
}

export const newRecord = (): InvocationRecord => ({
  facts: {},
  posts: undefined,
  attempts: [],
  calls: {},
  units: { read: 0, write: 0 },
})

/** Runs the work. Everything that the work notes goes to this record. */
export type RecordTo = <T>(record: InvocationRecord, work: () => Promise<T>) => Promise<T>

let only: InvocationRecord | undefined
const parallel = new AsyncLocalStorage<InvocationRecord>()

/**
 * For functions that answer clients, because a container runs one invocation at a time. Before Node 24, an
 * `AsyncLocalStorage` follows every promise, which would cost a send up to 0.2 ms of CPU.
 */
export const recordAlone: RecordTo = async (record, work) => {
  only = record
  try {
    return await work()
  } finally {
    only = undefined
  }
}

/** For tasks of the worker, which run in parallel. */
export const recordInParallel: RecordTo = (record, work) => parallel.run(record, work)

/**
 * The record of the invocation or task that runs now; undefined outside of one, for example in the commands. Read it
 * before a call, because an abandoned call may end during a later invocation.
 */
export const currentRecord = (): InvocationRecord | undefined => only ?? parallel.getStore()

export function note(facts: Facts): void {
  const record = currentRecord()
  if (record) record.facts = { ...record.facts, ...facts }
}

export function notePosts({ delivered, gone, failed, left }: PostCounts): void {
  const record = currentRecord()
  if (!record) return
  const before = record.posts ?? { delivered: 0, gone: 0, failed: 0, left: 0 }
  record.posts = {
    delivered: before.delivered + delivered,
    gone: before.gone + gone,
    failed: before.failed + failed,
    left: before.left + left,
  }
}

export function noteAttempts(attempts: number): void {
  currentRecord()?.attempts.push(attempts)
}

/** Counts an attempt of a call. With the log level `debug`, each attempt leaves a line of its own. */
export function noteCall(
  { calls }: InvocationRecord,
  service: Service,
  operation: string,
  durationMs: number,
): void {
  calls[service] = (calls[service] ?? 0) + 1
  console.debug({ event: 'call', service, operation, duration_ms: Math.round(durationMs * 10) / 10 })
}
