import { ChatError, notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { LogEntry } from '../../../protocol/model.ts'
import type { AnswerFrameOf } from '../../../protocol/server-frames.ts'
import { fitting } from '../../fitting.ts'
import type { Entry, FrameSource } from '../../model.ts'
import type { MessageDeps, SocketDeps } from '../deps.ts'
import { readingCost } from '../entries/reading-cost.ts'
import { firstSeqField, firstSeqOf, withCurrentStart } from '../entries/retention.ts'
import { showEntries, upTo } from '../entries/show-entries.ts'
import { charge, reconnectRequired, requireUnexpired, type Session, sessionOf } from './session.ts'

/**
 * The extra cost of joining a conversation that the connection has joined already. A client that reconnects must be
 * able to join a hundred at once, so a first join costs one frame, and only repeated joins cost more.
 */
const REPEATED_JOIN_FRAMES = 2

/**
 * Joins a conversation and only then reads its log. A sender commits before it reads who has joined, so either the
 * sender sees the connection or the connection sees the entry.
 */
export async function join(
  deps: SocketDeps,
  source: FrameSource,
  id: string,
  afterSeq: number | undefined,
): Promise<AnswerFrameOf<'joined_conversation'>> {
  const session = await sessionOf(deps, source)
  const { user } = session
  if (session.joined.has(id)) await charge(deps, source, REPEATED_JOIN_FRAMES)
  await subscribe(deps, session, id, source.receivedAt)
  const [read, parallel] = await Promise.all([
    deps.conversations.head(id),
    afterSeq === undefined ? undefined : entriesAfter(deps, id, afterSeq),
  ])
  const participant = read?.participants.get(user)
  if (!read || !participant) throw notFound('conversation')

  const head = await withCurrentStart(deps, read)
  const lastSeq = head.last?.seq ?? 0
  const beforeFirst = firstSeqOf(head) - 1
  const from = Math.max(afterSeq ?? 0, beforeFirst)
  const entries =
    parallel && (from !== afterSeq || isBehind(parallel, from, lastSeq))
      ? await entriesAfter(deps, id, from)
      : parallel
  await charge(deps, source, readingCost(entries ?? []))
  const page = entries && pageOf(await showEntries(deps, head, user, upTo(lastSeq, entries)))
  return {
    type: 'joined_conversation',
    conversation_id: id,
    last_seq: lastSeq,
    last_read_seq: participant.readSeq,
    ...firstSeqField(deps, head),
    ...(page && { messages: page, has_more: (page.at(-1)?.seq ?? from) < lastSeq }),
    ...(afterSeq !== undefined && (afterSeq > lastSeq || afterSeq < beforeFirst)
      ? { reset: true as const }
      : {}),
  }
}

const entriesAfter = ({ log }: MessageDeps, id: string, afterSeq: number) =>
  log.after(id, afterSeq, limits.pageMessages + 1)

/** Whether an entry was written between the two parallel reads, so that only the head has it. */
const isBehind = (entries: readonly Entry[], afterSeq: number, lastSeq: number) =>
  entries.length <= limits.pageMessages && (entries.at(-1)?.seq ?? afterSeq) < lastSeq

/** Writes the subscription, and repeats this if the token was renewed meanwhile. Throws the error for the client. */
async function subscribe(
  deps: MessageDeps,
  { id: connection, user, tokenExpiresAt }: Session,
  id: string,
  receivedAt: number,
): Promise<void> {
  const outcome = await deps.subscriptions.join(id, user, connection, tokenExpiresAt, receivedAt)
  if (outcome === 'joined') return
  if (outcome === 'not_participant') throw notFound('conversation')
  // The transaction does not say which part of the connection's condition failed.
  const found = await deps.connections.find(connection)
  if (found?.user !== user) throw reconnectRequired()
  requireUnexpired(found.tokenExpiresAt, deps.now())
  if (found.tokenExpiresAt !== tokenExpiresAt)
    return await subscribe(deps, { ...found, user }, id, receivedAt)
  const max = limits.joinedConversations
  if (found.joined.size < max || found.joined.has(id)) throw reconnectRequired()
  throw new ChatError('rate_limited', `a connection joins at most ${max} conversations`, {
    retryAfterMs: 1000,
  })
}

/** As many entries as fit into one frame, but at least the first. */
const pageOf = (entries: readonly LogEntry[]) =>
  fitting(entries.slice(0, limits.pageMessages), limits.pageBytes)
