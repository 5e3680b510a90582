import { ChatError, notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { LogEntry } from '../../../protocol/model.ts'
import type { AnswerFrameOf } from '../../../protocol/server-frames.ts'
import { byteLength } from '../../../protocol/text.ts'
import type { Entry } from '../../stores/log.ts'
import type { Deps } from '../deps.ts'
import { showEntries, upTo } from '../entries/show-entries.ts'
import { type Hearing, reconnectRequired, requireUnexpired, type Session, sessionOf } from './session.ts'

type Needs = Hearing & Pick<Deps, 'joins' | 'conversations' | 'log'>

/**
 * Joins, and only then reads the log: whoever sends commits before reading who has joined, so one of the two
 * always sees the other.
 */
export async function join(
  deps: Needs,
  connection: string,
  id: string,
  afterSeq: number | undefined,
): Promise<AnswerFrameOf<'joined_conversation'>> {
  const session = await sessionOf(deps, connection)
  const { user } = session
  await enter(deps, session, id)
  const [head, beside] = await Promise.all([
    deps.conversations.head(id),
    afterSeq === undefined ? undefined : entriesAfter(deps, id, afterSeq),
  ])
  const participant = head?.participants.get(user)
  if (!head || !participant) throw notFound('conversation')

  const lastSeq = head.last?.seq ?? 0
  const entries =
    beside && afterSeq !== undefined && isBehind(beside, afterSeq, lastSeq)
      ? await entriesAfter(deps, id, afterSeq)
      : beside
  const page = entries && pageOf(await showEntries(deps, head, user, upTo(lastSeq, entries)))
  return {
    type: 'joined_conversation',
    conversation_id: id,
    last_seq: lastSeq,
    last_read_seq: participant.readSeq,
    ...(page && { messages: page, has_more: (page.at(-1)?.seq ?? afterSeq ?? 0) < lastSeq }),
    ...(afterSeq !== undefined && afterSeq > lastSeq ? { reset: true as const } : {}),
  }
}

const entriesAfter = ({ log }: Needs, id: string, afterSeq: number) =>
  log.after(id, afterSeq, limits.pageMessages + 1)

/** Whether an entry was written between the reads of the log and of its head, so that the head alone knows of it. */
const isBehind = (entries: readonly Entry[], afterSeq: number, lastSeq: number) =>
  entries.length <= limits.pageMessages && (entries.at(-1)?.seq ?? afterSeq) < lastSeq

/** Writes the join, again if the token was renewed in between. Throws what the client must hear. */
async function enter(deps: Needs, { connection, user, tokenExpiresAt }: Session, id: string): Promise<void> {
  const outcome = await deps.joins.join(id, user, connection, tokenExpiresAt)
  if (outcome === 'joined') return
  if (outcome === 'not_participant') throw notFound('conversation')
  // The transaction only says that the connection's condition failed.
  const found = await deps.connections.find(connection)
  if (found?.user !== user) throw reconnectRequired()
  requireUnexpired(found.tokenExpiresAt, deps.now())
  if (found.tokenExpiresAt !== tokenExpiresAt) {
    return await enter(deps, { ...found, connection, user }, id)
  }
  const most = limits.joinedConversations
  if (found.joined.size < most || found.joined.has(id)) throw reconnectRequired()
  throw new ChatError('rate_limited', `a connection joins at most ${most} conversations`, {
    retryAfterMs: 1000,
  })
}

/** As many entries as one frame may carry, the first one always. */
function pageOf(entries: readonly LogEntry[]): readonly LogEntry[] {
  let bytes = 0
  const page = entries.slice(0, limits.pageMessages)
  const end = page.findIndex((entry, index) => {
    bytes += byteLength(JSON.stringify(entry))
    return index > 0 && bytes > limits.pageBytes
  })
  return end < 0 ? page : page.slice(0, end)
}
