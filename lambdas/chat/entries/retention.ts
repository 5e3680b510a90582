import type { ConversationHead, Entry, LogStart } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { sentBefore } from './message.ts'

type ClockDeps = Pick<Deps, 'retentionMs' | 'now'>
export type RetentionDeps = ClockDeps & Pick<Deps, 'conversations' | 'log'>

/**
 * A log loses its old entries in steps: once an hour, or more often if the retention is shorter than a day. Otherwise
 * every read of a busy conversation would have to find and store the first visible `seq` again.
 */
const MAX_STEP_MS = 3_600_000
const STEPS_PER_RETENTION = 24
/** How many entries one step of the search reads. */
const PROBES = 16

/** Entries that are older than this, epoch milliseconds, are gone. */
function cutoff({ retentionMs, now }: ClockDeps): number {
  const stepMs = Math.min(MAX_STEP_MS, retentionMs / STEPS_PER_RETENTION)
  return Math.floor((now() - retentionMs) / stepMs) * stepMs
}

/** Whether messages are removed when they have reached a certain age. */
export const isRetentionOn = ({ retentionMs }: Pick<Deps, 'retentionMs'>): boolean =>
  retentionMs < Number.POSITIVE_INFINITY

/** Whether an entry is too old to be shown, even if the start of its log has not been moved yet. */
export const isExpired = (deps: ClockDeps, { createdAt }: Pick<Entry, 'createdAt'>): boolean =>
  Date.parse(createdAt) < cutoff(deps)

/** The `seq` of the first visible entry of a log, or of the next entry if none is visible. */
export const firstSeqOf = ({ start }: Pick<ConversationHead, 'start'>): number => start?.seq ?? 1

/** The field in which an answer says where the log begins; left out as long as nothing can be missing. */
export const firstSeqField = (
  deps: Pick<Deps, 'retentionMs'>,
  head: Pick<ConversationHead, 'start'>,
): { readonly first_seq?: number } =>
  isRetentionOn(deps) || head.start ? { first_seq: firstSeqOf(head) } : {}

/** Whether the start of a log may have to be moved. */
export const isStartDue = (deps: ClockDeps, { since }: Pick<LogStart, 'since'>): boolean =>
  Date.parse(since) < cutoff(deps)

/**
 * The head with the start of its log as of now. Almost always this is the head as it was read. If old entries have
 * expired since the start was last moved, this stores the new start before any answer contains it. The start therefore
 * never moves back, although the clocks of the functions differ.
 */
export async function withCurrentStart(
  deps: RetentionDeps,
  head: ConversationHead,
): Promise<ConversationHead> {
  const { id, last, createdAt } = head
  const start = head.start ?? { seq: 1, since: createdAt }
  if (!last || start.seq > last.seq || !isStartDue(deps, start)) return head
  const first = await firstUnexpired(deps, id, start.seq, last)
  const next: LogStart = first
    ? { seq: first.seq, since: first.createdAt, sent: sentBefore(first) }
    : { seq: last.seq + 1, since: new Date(cutoff(deps)).toISOString(), sent: last.sent }
  return { ...head, start: await deps.conversations.moveStart(id, next) }
}

/**
 * The first entry from a `seq` on that has not expired. The times of entries never go back, so each batch of reads
 * narrows the search to a sixteenth. An entry that does not exist has expired: only expired entries are removed.
 */
async function firstUnexpired(
  deps: RetentionDeps,
  conversation: string,
  from: number,
  last: Entry,
): Promise<Entry | undefined> {
  if (isExpired(deps, last)) return undefined
  let [low, found] = [from, last]
  while (low < found.seq) {
    const step = Math.ceil((found.seq - low) / PROBES)
    const seqs: number[] = []
    for (let seq = low; seq < found.seq; seq += step) seqs.push(seq)
    const kept = (await deps.log.entries(conversation, seqs)).filter((entry) => !isExpired(deps, entry))
    for (const entry of kept) if (entry.seq < found.seq) found = entry
    low = Math.min(found.seq, (seqs.findLast((seq) => seq < found.seq) ?? found.seq - 1) + 1)
  }
  return found
}
