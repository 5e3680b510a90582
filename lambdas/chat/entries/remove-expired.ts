import { concurrently } from '../../async.ts'
import type { ConversationHead, Entry, MessageEntry, TaskOf } from '../../model.ts'
import { WORKER_TIMEOUT_MS } from '../../platform-limits.ts'
import type { WorkerDeps } from '../deps.ts'
import { firstSeqOf, isRetentionOn, withCurrentStart } from './retention.ts'

const HOUR_MS = 3_600_000
/**
 * Each user's logs are checked once in this many hours. It is not a multiple of a day, so a laptop that runs at the
 * same hours every day reaches all users over time.
 */
const PERIOD_HOURS = 25
const CONVERSATION_CONCURRENCY = 10
const QUEUE_CONCURRENCY = 25
const REMOVE_CONCURRENCY = 25
const PAGE_ENTRIES = 100
/** Few enough to take about a second, because other tasks are waiting. */
const MAX_PAGES_PER_TASK = 10
/**
 * Entries are removed this long after the start of their log has moved past them. By then every invocation that has
 * read the earlier start has ended, so no answer can have a hole.
 */
const REMOVAL_DELAY_SECONDS = (2 * WORKER_TIMEOUT_MS) / 1000

/** Queues the check of some users' logs at the beginning of each hour. Called once a minute. */
export async function queueExpiry(deps: WorkerDeps): Promise<void> {
  const now = deps.now()
  const hour = Math.floor(now / HOUR_MS)
  if (!isRetentionOn(deps) || Math.floor(now / 60_000) % 60 !== 0) return
  const users = (await deps.users.listUsers()).filter(
    (_, index) => index % PERIOD_HOURS === hour % PERIOD_HOURS,
  )
  await concurrently(users, QUEUE_CONCURRENCY, ({ id }) => deps.tasks.send({ task: 'expire', user: id }))
}

/** Moves the start of each log of a user, even if no client reads it, and queues the removal of earlier entries. */
export async function expireLogs(deps: WorkerDeps, { user }: TaskOf<'expire'>): Promise<void> {
  if (!isRetentionOn(deps)) return
  const listed = await deps.conversations.ofUser(user)
  await concurrently(listed, CONVERSATION_CONCURRENCY, async ({ id }) => {
    const read = await deps.conversations.head(id)
    const head = read && (await withCurrentStart(deps, read))
    if (!head || !(await hasExpired(deps, head))) return
    const task = { task: 'remove_expired', conversation: id, before: firstSeqOf(head) } as const
    await deps.tasks.send(task, REMOVAL_DELAY_SECONDS)
  })
}

/** Whether anything before the start of a log is still stored. */
async function hasExpired({ log }: WorkerDeps, head: ConversationHead): Promise<boolean> {
  const before = firstSeqOf(head)
  if (before <= 1) return false
  const [oldest] = await log.after(head.id, 0, 1)
  if (!oldest || oldest.seq >= before) return false
  return oldest.seq < (head.last?.seq ?? 0) || hasWords(oldest)
}

/**
 * Removes the entries of a log before a `seq`, oldest first. The newest entry of the log only loses its content,
 * because the next entry continues its `seq` and its counts.
 */
export async function removeExpired(
  deps: WorkerDeps,
  { conversation, before }: TaskOf<'remove_expired'>,
): Promise<void> {
  const lastSeq = (await deps.conversations.tail(conversation)).last?.seq ?? 0
  for (let pages = 0, from = 0; ; pages++) {
    if (pages === MAX_PAGES_PER_TASK)
      return await deps.tasks.send({ task: 'remove_expired', conversation, before })
    const entries = await deps.log.after(conversation, from, PAGE_ENTRIES)
    const expired = entries.filter(({ seq }) => seq < before)
    await concurrently(expired, REMOVE_CONCURRENCY, async (entry) => {
      if (entry.seq < lastSeq) await deps.log.remove(conversation, entry)
      else if (hasWords(entry)) await deps.log.empty(conversation, entry)
    })
    from = expired.at(-1)?.seq ?? from
    if (expired.length < PAGE_ENTRIES) return
  }
}

const hasWords = (entry: Entry): entry is MessageEntry => entry.kind === 'message' && entry.content !== ''
