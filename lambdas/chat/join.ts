import { ChatError, notFound } from '../../protocol/errors.ts'
import { limits } from '../../protocol/limits.ts'
import type { Message } from '../../protocol/model.ts'
import type { AnswerFrame } from '../../protocol/server-frames.ts'
import { byteLength } from '../../protocol/text.ts'
import type { Deps } from './deps.ts'
import { toMessage } from './messages.ts'
import { reconnectRequired, requireUnexpired, sessionOf } from './session.ts'

type Needs = Pick<Deps, 'connections' | 'conversations' | 'log' | 'rates' | 'now'>

/**
 * Joins, and only then reads the log: whoever sends commits before reading who has joined, so one of the two
 * always sees the other.
 */
export async function join(
  deps: Needs,
  connection: string,
  id: string,
  afterSeq: number | undefined,
): Promise<AnswerFrame> {
  const session = await sessionOf(deps, connection)
  const { user, tokenExpiresAt } = session
  const outcome = await deps.conversations.join(id, user, connection, tokenExpiresAt, deps.now())
  if (outcome === 'not_participant') throw notFound('conversation')
  if (outcome === 'not_connected') throw await whyNotConnected(deps, connection, id)

  const [head, entries] = await Promise.all([
    deps.conversations.head(id),
    afterSeq === undefined ? undefined : deps.log.after(id, afterSeq, limits.pageMessages + 1),
  ])
  const participant = head?.participants.get(user)
  if (!head || !participant) throw notFound('conversation')

  const lastSeq = Math.max(head.last?.seq ?? 0, entries?.at(-1)?.seq ?? 0)
  const page = entries && pageOf(entries.map((entry) => toMessage(entry, id, user, head.participants)))
  return {
    type: 'joined_conversation',
    conversation_id: id,
    last_seq: lastSeq,
    last_read_seq: participant.readSeq,
    ...(page && { messages: page, has_more: (page.at(-1)?.seq ?? afterSeq ?? 0) < lastSeq }),
    ...(afterSeq !== undefined && afterSeq > lastSeq ? { reset: true as const } : {}),
  }
}

/** The transaction only says that the connection's condition failed. */
async function whyNotConnected(deps: Needs, connection: string, id: string): Promise<ChatError> {
  const found = await deps.connections.find(connection)
  if (!found) return reconnectRequired()
  requireUnexpired(found.tokenExpiresAt, deps.now())
  if (found.joined.size >= limits.joinedConversations && !found.joined.has(id)) {
    return new ChatError(
      'rate_limited',
      `a connection joins at most ${limits.joinedConversations} conversations`,
      {
        retryAfterMs: 1000,
      },
    )
  }
  return reconnectRequired()
}

/** As many messages as one frame may carry, the first one always. */
function pageOf(messages: readonly Message[]): readonly Message[] {
  let bytes = 0
  const page = messages.slice(0, limits.pageMessages)
  const end = page.findIndex((message, index) => {
    bytes += byteLength(JSON.stringify(message))
    return index > 0 && bytes > limits.pageBytes
  })
  return end < 0 ? page : page.slice(0, end)
}
