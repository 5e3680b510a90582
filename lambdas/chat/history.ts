import { notFound } from '../../protocol/errors.ts'
import type { Message } from '../../protocol/model.ts'
import type { HistoryQuery } from '../../protocol/rest.ts'
import type { Deps } from './deps.ts'
import { toMessage } from './messages.ts'

export interface HistoryPage {
  readonly messages: readonly Message[]
  readonly last_seq: number
  readonly last_read_seq: number
  /** More messages in the direction that was asked for. */
  readonly has_more: boolean
  /** `after` lies beyond the log: what the client holds is not of this log. */
  readonly reset?: true
}

/** A page of messages, oldest first: the newest ones, those before a `seq`, or those after it. */
export async function history(
  { conversations, log }: Pick<Deps, 'conversations' | 'log'>,
  user: string,
  id: string,
  { limit, before, after }: HistoryQuery,
): Promise<HistoryPage> {
  const head = await conversations.head(id)
  const participant = head?.participants.get(user)
  if (!head || !participant) throw notFound('conversation')

  const lastSeq = head.last?.seq ?? 0
  const entries =
    after === undefined
      ? await log.before(id, before ?? lastSeq + 1, limit)
      : await log.after(id, after, limit)
  const first = entries.at(0)
  const last = entries.at(-1)
  const newest = Math.max(lastSeq, last?.seq ?? 0)
  return {
    messages: entries.map((entry) => toMessage(entry, id, user, head.participants)),
    last_seq: newest,
    last_read_seq: participant.readSeq,
    has_more: after === undefined ? (first?.seq ?? 1) > 1 : (last?.seq ?? after) < newest,
    ...(after !== undefined && after > newest ? { reset: true as const } : {}),
  }
}
