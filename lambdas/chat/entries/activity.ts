import { concurrently } from '../../async.ts'
import { type ConversationHead, type Entry, endOfHour, type Listed } from '../../model.ts'
import { WORKER_TIMEOUT_MS } from '../../platform-limits.ts'
import type { Deps } from '../deps.ts'

const LIST_CONCURRENCY = 25

/**
 * The quiet time per participant after which the next entry lists a conversation as active again. That takes one write
 * per participant, so a conversation causes at most two of these writes per minute.
 */
const QUIET_MS_PER_PARTICIPANT = 30_000
/** The maximum difference between the clocks of two functions. */
const CLOCK_SKEW_MS = 60_000
/** A writer stores an entry within this time after the entry's `createdAt`, by the clock of any other function. */
const STORED_WITHIN_MS = CLOCK_SKEW_MS + WORKER_TIMEOUT_MS

type End = Pick<ConversationHead, 'last' | 'createdAt'>

/** When a conversation was last active, ISO 8601. */
export const lastActivity = ({ last, createdAt }: End): string => last?.createdAt ?? createdAt

/**
 * From this time on, epoch milliseconds, the conversation must be listed as active before its next entry is written.
 * The time depends only on the newest entry, so that the writer of the next entry and the reader of a list compute the
 * same time. Once a group has had more than ten participants, it is the end of the hour.
 */
function listedUntil(end: End): number {
  const at = Date.parse(lastActivity(end))
  const participants = end.last ? end.last.sent?.size : 2
  const quietMs = Math.max(2, participants ?? Number.POSITIVE_INFINITY) * QUIET_MS_PER_PARTICIPANT
  return Math.min(at + quietMs, endOfHour(at))
}

/**
 * Lists a conversation as active for its participants before an entry that begins another hour, or that follows a quiet
 * time. No writer can therefore add to a conversation that has been quiet for long without changing the lists first.
 */
export async function listAsActive(
  { conversations }: Pick<Deps, 'conversations'>,
  head: ConversationHead,
  { createdAt }: Pick<Entry, 'createdAt'>,
): Promise<void> {
  const at = Date.parse(createdAt)
  if (at < listedUntil(head)) return
  await concurrently([...head.participants.keys()], LIST_CONCURRENCY, (user) =>
    conversations.listAsActive(user, head.id, at),
  )
}

/**
 * Whether nothing can be added to a conversation from now on unless it is listed as active again.
 *
 * @param readAt a time before the list and the head were read, in this order
 */
export const isQuiet = (head: End, { listedAt }: Listed, readAt: number): boolean =>
  readAt > Math.max(listedUntil(head), listedAt) + STORED_WITHIN_MS
