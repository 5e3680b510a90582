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
  { id, log, me }: RoomContext,
  catchUp: CatchUp,
  readers: Readers,
  notices: TypingNotices,
): (frame: ServerFrame) => void {
  const add = (entry: Incoming) => log.set(insert(log.getSnapshot(), me(), [entry]))
  const exists = (seq = 0) => log.set(withHead(log.getSnapshot(), seq))
  const readMine = (seq: number, at?: string) =>
    log.set(moveCursor(log.getSnapshot(), me(), 'mine', { seq, at }))

  return (frame) => {
    switch (frame.type) {
      case 'pong':
        return exists(frame.heads[id])
      case 'conversation_added':
        if (frame.conversation.id !== id) return
        exists(frame.conversation.last_seq)
        return catchUp.again()
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
      case 'participant_joined':
      case 'participant_left':
      case 'owner_changed':
        // The push lacks fields of the entry.
        return exists(frame.seq)
      case 'conversation_updated':
        return exists(frame.last_seq)
      case 'conversation_removed':
        return catchUp.end()
      case 'left_conversation':
        // Another tab has closed the conversation.
        return catchUp.again()
      case 'marked_read':
        return readMine(frame.last_read_seq)
      case 'message_read':
        if (frame.user_id === me()) return readMine(frame.last_read_seq, frame.read_at)
        return readers.move(frame.user_id, { seq: frame.last_read_seq, at: frame.read_at })
      case 'user_typing':
        if (frame.user_id !== me()) notices.receive(frame.user_id, frame.is_typing)
    }
  }
}
