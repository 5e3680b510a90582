import { encodeFrame } from '../../../protocol/encode.ts'
import type { MarkRead } from '../../../protocol/endpoints/messages.ts'
import { notFound } from '../../../protocol/errors.ts'
import type { ClientFrame } from '../../../protocol/frames.ts'
import type { AnswerFrameOf } from '../../../protocol/server-frames.ts'
import { allDone } from '../../async.ts'
import { FRAME_TIME_LIMIT, type Post, REST_TIME_LIMIT } from '../../delivery/fan-out.ts'
import type { ConversationHead, FrameSource } from '../../model.ts'
import { owe, POSTS_PER_FRAME, sessionOf } from '../connections/session.ts'
import type { MessageDeps } from '../deps.ts'
import { isLarge } from '../entries/message.ts'
import { costedLog } from '../entries/reading-cost.ts'
import { joinedConnections, type Origin } from '../push/audience.ts'
import { postWithin } from '../push/push-to-users.ts'
import { moveReadCursor, type ReadState } from './read-cursor.ts'

/** The cost of a `mark_read`, in frames, in addition to its posts. */
const MARK_READ_FRAMES = 2
const TIME_LIMITS = { socket: FRAME_TIME_LIMIT, rest: REST_TIME_LIMIT }

/** Moves the read cursor of a connection's user. Then answers and pushes the cursor to the others in parallel. */
export async function markReadOverSocket(
  deps: MessageDeps,
  source: FrameSource,
  { conversation_id, seq }: ClientFrame<'mark_read'>,
  answer: (frame: AnswerFrameOf<'marked_read'>) => Promise<void>,
): Promise<void> {
  const [{ user }, head] = await allDone([
    sessionOf(deps, source, MARK_READ_FRAMES),
    deps.conversations.head(conversation_id),
  ])
  if (!head) throw notFound('conversation')
  const { log, cost } = costedLog(deps.log)
  const state = await moveReadCursor({ ...deps, log }, head, user, seq)
  const { last_read_seq, unread_count } = state
  const origin = { via: 'socket', connection: source.connection } as const
  const [, posts] = await Promise.all([
    answer({ type: 'marked_read', conversation_id, last_read_seq, unread_count }),
    pushReadCursor(deps, head, user, state, origin),
  ])
  await owe(deps, source, cost() + Math.floor(posts / POSTS_PER_FRAME)).catch(deps.report)
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
  await pushReadCursor(deps, head, user, state, origin)
  return state
}

/**
 * Pushes the cursor to the others' joined connections and to the reader's own connections, except the one that made the
 * call. In a large group, the others receive nothing: if each of a hundred participants read one message, that would be
 * ten thousand posts. Never fails; resolves with the number of posts.
 */
async function pushReadCursor(
  deps: MessageDeps,
  head: ConversationHead,
  user: string,
  state: ReadState,
  origin: Origin,
): Promise<number> {
  try {
    const posts = await postsOf(deps, head, user, state, origin)
    await postWithin(deps, posts, TIME_LIMITS[origin.via], head.id)
    return posts.length
  } catch (error) {
    deps.report(error)
    return 0
  }
}

async function postsOf(
  deps: MessageDeps,
  head: ConversationHead,
  user: string,
  { last_read_seq, unread_count, movedAt }: ReadState,
  { connection }: Origin,
): Promise<readonly (Post & { readonly user: string })[]> {
  if (movedAt === undefined) return []
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
  return [...audience].map(([id, other]) => ({
    connection: id,
    user: other,
    frame: other === user ? ownFrame : frame,
  }))
}
