import type { ServerFrame } from '../wire.ts'
import type { CatchUp } from './catch-up.ts'
import type { RoomContext } from './context.ts'
import type { Incoming } from './entries.ts'
import { insert } from './log.ts'
import { moveCursor, withHead } from './log-state.ts'
import type { Readers } from './readers.ts'
import type { TypingNotices } from './typing-notices.ts'

/** Applies the frames that concern a room. Whatever else they say, the log is read where they reveal a hole. */
export function createFrames(
  { id, log, change }: RoomContext,
  catchUp: CatchUp,
  readers: Readers,
  notices: TypingNotices,
): (frame: ServerFrame) => void {
  const add = (entry: Incoming) => change((now) => insert(now, [entry]))
  const exists = (seq = 0) => change((now) => withHead(now, seq))
  const readMine = (seq: number, at?: string) => change((now) => moveCursor(now, 'mine', { seq, at }))

  return (frame) => {
    if (frame.type === 'pong') {
      exists(frame.heads[id])
      // The user may take part again, and the push that said so may be lost.
      if (catchUp.hasEnded()) catchUp.again()
    }
    if (frame.type === 'conversation_added' && frame.conversation.id === id) {
      exists(frame.conversation.last_seq)
      catchUp.again()
    }
    if (!('conversation_id' in frame) || frame.conversation_id !== id) return
    switch (frame.type) {
      case 'new_message':
        notices.receive(frame.message.sender_id, false)
        return add(frame.message)
      case 'message_sent':
        // Perhaps sent by another tab: the connection that both share gets no push of it.
        return add(frame.message)
      case 'message_updated':
        return add({ kind: frame.type, seq: frame.seq, message: frame.message })
      case 'conversation_removed':
        return catchUp.end()
      case 'left_conversation':
        // Another tab has closed the conversation.
        return catchUp.again()
      case 'marked_read':
        return readMine(frame.last_read_seq)
      case 'message_read':
        if (frame.user_id === log().user) return readMine(frame.last_read_seq, frame.read_at)
        return readers.move(frame.user_id, { seq: frame.last_read_seq, at: frame.read_at })
      case 'user_typing':
        if (frame.user_id !== log().user) notices.receive(frame.user_id, frame.is_typing)
        return
      default:
        // The pushes of participants lack fields of their entries, and others name only the end of the log.
        exists('seq' in frame ? frame.seq : 'last_seq' in frame ? frame.last_seq : 0)
    }
  }
}
