import type { HistoryQuery } from '../../../protocol/endpoints/messages.ts'
import type { DataOf } from '../../../protocol/endpoints.ts'
import { notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { ConversationHead, Entry } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { newestMessages } from '../entries/newest-messages.ts'
import { firstSeqField, firstSeqOf, type RetentionDeps, withCurrentStart } from '../entries/retention.ts'
import { showEntries, upTo } from '../entries/show-entries.ts'

type HistoryPage = DataOf<'GET /api/admin/chat/conversations/{id}/messages'>

interface Page {
  /** Oldest first. */
  readonly entries: readonly Entry[]
  readonly hasMore: boolean
}

/**
 * A page of the log, oldest first: the entries before or after a `seq`, or the newest ones. Without a `seq` or
 * `entries`, a page contains only messages that were not deleted. Front ends that know only messages ask in this way.
 */
export async function history(
  deps: RetentionDeps & Pick<Deps, 'users'>,
  user: string,
  id: string,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const before = await deps.conversations.head(id)
  const participant = before?.participants.get(user)
  if (!before || !participant) throw notFound('conversation')

  const head = await withCurrentStart(deps, before)
  const { after, entries } = query
  const isPlain = after === undefined && query.before === undefined && entries === undefined
  const page = await (isPlain ? newestPage : pageOf)(deps, head, query)
  const lastSeq = head.last?.seq ?? 0
  return {
    messages: await showEntries(deps, head, user, page.entries),
    last_seq: lastSeq,
    last_read_seq: participant.readSeq,
    ...firstSeqField(deps, head),
    has_more: page.hasMore,
    ...(after !== undefined && (after > lastSeq || after < firstSeqOf(head) - 1)
      ? { reset: true as const }
      : {}),
  }
}

/** Entries of every kind. */
async function pageOf(
  { log }: Pick<Deps, 'log'>,
  head: ConversationHead,
  { limit, before, after }: HistoryQuery,
): Promise<Page> {
  const { id, last } = head
  const lastSeq = last?.seq ?? 0
  const firstSeq = firstSeqOf(head)
  if (after !== undefined) {
    const from = Math.max(after, firstSeq - 1)
    const entries = upTo(lastSeq, await log.after(id, from, limit))
    return { entries, hasMore: (entries.at(-1)?.seq ?? from) < lastSeq }
  }
  const read = await log.before(id, Math.min(before ?? lastSeq + 1, lastSeq + 1), limit)
  const entries = read.filter(({ seq }) => seq >= firstSeq)
  return { entries, hasMore: (entries.at(0)?.seq ?? firstSeq) > firstSeq }
}

/**
 * The sizes of the further queries for a page. They limit its cost, however many deleted messages the log ends with.
 */
const LATER_QUERIES = Array<number>(9).fill(limits.pageMessages)

/** The newest messages that were not deleted. */
async function newestPage(
  deps: RetentionDeps,
  head: ConversationHead,
  { limit }: HistoryQuery,
): Promise<Page> {
  const { messages, before } = await newestMessages(deps, head, limit + 1, [limit + 1, ...LATER_QUERIES])
  return { entries: messages.slice(-limit), hasMore: messages.length > limit || before > 1 }
}
