import { encodeFrame } from '../../../protocol/encode.ts'
import { notFound } from '../../../protocol/errors.ts'
import { concurrently, fanOut } from '../../delivery/fan-out.ts'
import { type CleanupDeps, cleanUpConnection } from '../connections/cleanup.ts'
import { sessionOf, typingSessionOf } from '../connections/session.ts'
import type { Deps } from '../deps.ts'
import { joinedConnections } from './audience.ts'

type Needs = CleanupDeps & Pick<Deps, 'conversations' | 'poster' | 'rates'>

/** News of typing is worth nothing later. */
const FAN_OUT_TAKES = 2000

/**
 * Tells the others who have joined that somebody is typing, or no longer. Nothing is stored and nothing is repaired:
 * one write counts the frame, one read says who listens.
 */
export async function pushTyping(
  deps: Needs,
  connection: string,
  id: string,
  isTyping: boolean,
): Promise<void> {
  if (!deps.features.typing) {
    await sessionOf(deps, connection)
    return
  }
  const [{ user, paced }, participants] = await Promise.all([
    typingSessionOf(deps, connection),
    deps.conversations.participants(id),
  ])
  if (!participants.has(user)) throw notFound('conversation')
  if (!paced) return
  const listening = new Map(
    [...joinedConnections(participants, [], deps.now())].filter(([, whose]) => whose !== user),
  )
  const frame = encodeFrame({ type: 'user_typing', conversation_id: id, user_id: user, is_typing: isTyping })
  const posts = [...listening.keys()].map((other) => ({ connection: other, frame }))
  const { gone } = await fanOut(deps.poster, posts, FAN_OUT_TAKES)
  await concurrently(gone, 10, async (other) => {
    await cleanUpConnection(deps, other)
    await deps.subscriptions.drop(id, listening.get(other) ?? '', other)
  })
}
