import { encodeFrame } from '../../../protocol/encode.ts'
import type { MarkRead } from '../../../protocol/endpoints/messages.ts'
import { notFound } from '../../../protocol/errors.ts'
import type { ClientFrame } from '../../../protocol/frames.ts'
import type { AnswerFrameOf } from '../../../protocol/server-frames.ts'
import { allDone } from '../../async.ts'
import { FRAME_TIME_LIMIT, REST_TIME_LIMIT } from '../../delivery/fan-out.ts'
import type { ConversationHead, FrameSource } from '../../model.ts'
import { sessionOf } from '../connections/session.ts'
import type { MessageDeps } from '../deps.ts'
import { isLarge } from '../entries/message.ts'
import { joinedConnections, type Origin } from '../push/audience.ts'
import { postWithin } from '../push/push-to-users.ts'
import { moveReadCursor, type ReadState } from './read-cursor.ts'

const TIME_LIMITS = { socket: FRAME_TIME_LIMIT, rest: REST_TIME_LIMIT }

/** Moves the read cursor of a connection's user, answers, and pushes it to the others in parallel. */
export async function markReadOverSocket(
  deps: MessageDeps,
  source: FrameSource,
  { conversation_id, seq }: ClientFrame<'mark_read'>,
  answer: (frame: AnswerFrameOf<'marked_read'>) => Promise<void>,
): Promise<void> {
  const [{ user }, head] = await allDone([sessionOf(deps, source), deps.conversations.head(conversation_id)])
  if (!head) throw notFound('conversation')
  const state = await moveReadCursor(deps, head, user, seq)
  const { last_read_seq, unread_count } = state
  await Promise.all([
    answer({ type: 'marked_read', conversation_id, last_read_seq, unread_count }),
    pushReadCursor(deps, head, user, state, { via: 'socket', connection: source.connection }).catch(
      deps.report,
    ),
  ])
}

/** Moves the caller's read cursor and pushes it to the others. */
export async function markReadOverRest(
  deps: MessageDeps,
  user: string,
  id: string,
  { seq, connection_id }: MarkRead,
): Promise<ReadState> {
  const head = await deps.conversations.head(id)
  if (!head) throw notFound('conversation')
  const state = await moveReadCursor(deps, head, user, seq)
  const origin = { via: 'rest', connection: connection_id } as const
  await pushReadCursor(deps, head, user, state, origin).catch(deps.report)
  return state
}

/**
 * Pushes to the others' joined connections and to the reader's own, except the one that made the call. In a large
 * group, the others receive nothing: if each of a hundred participants read one message, that would be ten thousand
 * posts.
 */
async function pushReadCursor(
  deps: MessageDeps,
  head: ConversationHead,
  user: string,
  { last_read_seq, unread_count, movedAt }: ReadState,
  { via, connection }: Origin,
): Promise<void> {
  if (movedAt === undefined) return
  const now = deps.now()
  const own = (await deps.connections.userConnections(user)).filter(
    ({ tokenExpiresAt }) => tokenExpiresAt > now,
  )
  const joined = joinedConnections(head.participants, own, now)
  const audience = new Map(own.map(({ id }) => [id, user]))
  // Excluded before the others are added, so that naming another user's connection has no effect.
  if (connection !== undefined) audience.delete(connection)
  if (!isLarge(head)) for (const [id, other] of joined) if (other !== user) audience.set(id, other)
  const push = {
    type: 'message_read',
    conversation_id: head.id,
    user_id: user,
    last_read_seq,
    read_at: movedAt,
  } as const
  const frame = encodeFrame(push)
  const ownFrame = encodeFrame({ ...push, unread_count })
  const posts = [...audience].map(([id, other]) => ({
    connection: id,
    user: other,
    frame: other === user ? ownFrame : frame,
  }))
  await postWithin(deps, posts, TIME_LIMITS[via], head.id)
}
