import type { DataOf } from '../../../protocol/endpoints.ts'
import { notFound } from '../../../protocol/errors.ts'
import type { HistoryQuery } from '../../../protocol/endpoints/messages.ts'
import type { Deps } from '../deps.ts'
import { showEntries, upTo } from '../entries/show-entries.ts'

type HistoryPage = DataOf<'GET /api/admin/chat/conversations/{id}/messages'>

/** A page of the log, oldest first: the newest entries, those before a `seq`, or those after it. */
export async function history(
  deps: Pick<Deps, 'conversations' | 'log'>,
  user: string,
  id: string,
  { limit, before, after }: HistoryQuery,
): Promise<HistoryPage> {
  const { conversations, log } = deps
  const head = await conversations.head(id)
  const participant = head?.participants.get(user)
  if (!head || !participant) throw notFound('conversation')

  const lastSeq = head.last?.seq ?? 0
  const entries =
    after === undefined
      ? await log.before(id, Math.min(before ?? lastSeq + 1, lastSeq + 1), limit)
      : upTo(lastSeq, await log.after(id, after, limit))
  const first = entries.at(0)
  const last = entries.at(-1)
  return {
    messages: await showEntries(deps, head, user, entries),
    last_seq: lastSeq,
    last_read_seq: participant.readSeq,
    has_more: after === undefined ? (first?.seq ?? 1) > 1 : (last?.seq ?? after) < lastSeq,
    ...(after !== undefined && after > lastSeq ? { reset: true as const } : {}),
  }
}
