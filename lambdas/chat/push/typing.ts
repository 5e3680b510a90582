import { encodeFrame } from '../../../protocol/encode.ts'
import { notFound } from '../../../protocol/errors.ts'
import { allDone } from '../../async.ts'
import type { FrameSource } from '../../model.ts'
import { postFrames } from '../connections/post-frames.ts'
import { owe, POSTS_PER_FRAME, sessionOf, typingSessionOf } from '../connections/session.ts'
import type { MessageDeps } from '../deps.ts'
import { joinedConnections } from './audience.ts'

/** After this time, a typing notification is worthless. */
const TIME_LIMIT = { totalMs: 2000, stallMs: 500 }

/**
 * Notifies the other participants' joined connections that a user is typing or has stopped. Nothing is stored or
 * retried: one write counts the frame, one read finds the audience of a frame that is passed on, and another write
 * counts the posts if there are several.
 */
export async function pushTyping(
  deps: MessageDeps,
  source: FrameSource,
  id: string,
  isTyping: boolean,
): Promise<void> {
  if (!deps.features.typing) {
    await sessionOf(deps, source)
    return
  }
  const { user, paced } = await typingSessionOf(deps, source)
  if (!paced) return
  const participants = await deps.conversations.participants(id)
  if (!participants.has(user)) throw notFound('conversation')
  const others = new Map(
    [...joinedConnections(participants, [], deps.now())].filter(([, other]) => other !== user),
  )
  const frame = encodeFrame({ type: 'user_typing', conversation_id: id, user_id: user, is_typing: isTyping })
  const posts = [...others.keys()].map((other) => ({ connection: other, frame }))
  await allDone([
    postFrames(deps, posts, TIME_LIMIT, { conversation: id, connections: others }),
    owe(deps, source, Math.floor(posts.length / POSTS_PER_FRAME)).catch(deps.report),
  ])
}
