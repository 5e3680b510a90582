import { encodeFrame } from '../../../protocol/encode.ts'
import type { PushFrame } from '../../../protocol/server-frames.ts'
import type { Post } from '../../delivery/fan-out.ts'

/**
 * The smaller form of a push that can be too large for a frame: it leaves out what the client can read over REST. A
 * conversation has up to a hundred participants and the content of its last message; all other fields are bounded.
 */
export function pointerOf(push: PushFrame): Pick<Post, 'pointer'> {
  if (push.type === 'conversation_added') {
    const { id: conversation_id, last_seq } = push.conversation
    return { pointer: encodeFrame({ type: 'conversation_updated', conversation_id, last_seq }) }
  }
  if (push.type !== 'invitation_accepted') return {}
  const { conversation: _conversation, ...rest } = push
  return { pointer: encodeFrame(rest) }
}
