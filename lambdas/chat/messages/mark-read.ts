import type { ClientFrame } from '../../../protocol/frames.ts'
import { encodeFrame } from '../../../protocol/encode.ts'
import { notFound } from '../../../protocol/errors.ts'
import type { MarkRead } from '../../../protocol/endpoints/messages.ts'
import type { AnswerFrameOf } from '../../../protocol/server-frames.ts'
import { REST_WAITS } from '../../delivery/fan-out.ts'
import type { ConversationHead } from '../../stores/conversations.ts'
import { type Hearing, sessionOf } from '../connections/session.ts'
import type { Deps } from '../deps.ts'
import { joinedConnections, type Origin } from '../push/audience.ts'
import { postWithin } from '../push/push-to-users.ts'
import { markRead, type ReadState } from './read-cursor.ts'

type Needs = Hearing & Pick<Deps, 'conversations' | 'log' | 'poster'>

/** Milliseconds, and the worker does the rest. */
const WAITS = { socket: 2000, rest: REST_WAITS }

/** Moves the cursor of a connection's user, answers, and then tells the others. */
export async function markReadOverSocket(
  deps: Needs,
  connection: string,
  { conversation_id, seq }: ClientFrame<'mark_read'>,
  answer: (frame: AnswerFrameOf<'marked_read'>) => Promise<void>,
): Promise<void> {
  const [{ user }, head] = await Promise.all([
    sessionOf(deps, connection),
    deps.conversations.head(conversation_id),
  ])
  if (!head) throw notFound('conversation')
  const state = await markRead(deps, head, user, seq)
  const { last_read_seq, unread_count } = state
  await Promise.all([
    answer({ type: 'marked_read', conversation_id, last_read_seq, unread_count }),
    tellRead(deps, head, user, state, { via: 'socket', connection }),
  ])
}

/** Moves the caller's cursor and tells the others. */
export async function markReadOverRest(
  deps: Needs,
  user: string,
  id: string,
  { seq, connection_id }: MarkRead,
): Promise<ReadState> {
  const head = await deps.conversations.head(id)
  if (!head) throw notFound('conversation')
  const state = await markRead(deps, head, user, seq)
  const origin = {
    via: 'rest' as const,
    ...(connection_id === undefined ? {} : { connection: connection_id }),
  }
  await tellRead(deps, head, user, state, origin)
  return state
}

/** Tells the others' joined connections, and the reader's own ones but the one that asked. */
async function tellRead(
  deps: Needs,
  head: ConversationHead,
  user: string,
  { last_read_seq, movedAt }: ReadState,
  { via, connection }: Origin,
): Promise<void> {
  if (movedAt === undefined) return
  try {
    const now = deps.now()
    const own = (await deps.connections.channel(user)).filter(({ tokenExpiresAt }) => tokenExpiresAt > now)
    const joined = joinedConnections(head.participants, own, now)
    const told = new Map(own.map(({ id }) => [id, user]))
    // Of one's own alone, so that naming another's connection silences nobody.
    if (connection !== undefined) told.delete(connection)
    for (const [id, whose] of joined) if (whose !== user) told.set(id, whose)
    const frame = encodeFrame({
      type: 'message_read',
      conversation_id: head.id,
      user_id: user,
      last_read_seq,
      read_at: movedAt,
    })
    const posts = [...told].map(([id, whose]) => ({ connection: id, user: whose, frame }))
    await postWithin(deps, posts, WAITS[via], head.id)
  } catch (error) {
    deps.report(error)
  }
}
