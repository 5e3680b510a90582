import type { FrameSource } from '../../model.ts'
import type { MessageDeps } from '../deps.ts'
import { sessionOf } from './session.ts'

/** The cost of leaving, in frames. It includes the cost of joining again. */
const LEAVE_FRAMES = 3

/**
 * Leaves a conversation, unless the connection has joined it again since the frame was received. Succeeds even if the
 * connection has not joined it.
 */
export async function leave(deps: MessageDeps, source: FrameSource, id: string): Promise<void> {
  const { user, joined } = await sessionOf(deps, source, LEAVE_FRAMES)
  if (joined.has(id)) await deps.subscriptions.leave(id, user, source.connection, source.receivedAt)
}
