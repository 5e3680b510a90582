import type { Conversation, Message, Person, ServerFrame } from '../wire.ts'
import type { CatchUp } from './catch-up.ts'
import { type RoomContext, raiseHead } from './context.ts'
import { forgetBefore, insert } from './log.ts'
import type { Marks } from './marks.ts'
import type { Typing } from './typing.ts'

/** The fields that matter here. Each has the same meaning in every frame. */
interface Fields {
  readonly type: string
  readonly conversation_id?: string
  readonly conversation?: Conversation
  readonly message?: Message
  readonly seq?: number
  readonly last_seq?: number
  readonly heads?: { readonly [conversation: string]: number }
  /** One `seq` for each conversation in a frame with `heads`, otherwise a number. */
  readonly first_seq?: { readonly [conversation: string]: number }
  readonly user_id?: string
  readonly last_read_seq?: number
  readonly read_at?: string
  readonly is_typing?: boolean
  readonly participant?: Person
}

/** Applies a frame that concerns the room. If the frame reveals a gap, the log is read as well. */
export function applyFrame(
  room: RoomContext,
  catchUp: CatchUp,
  marks: Marks,
  typing: Typing,
  frame: ServerFrame,
): void {
  const { id, log } = room
  const {
    type,
    conversation_id,
    conversation,
    message,
    seq,
    last_seq,
    heads,
    first_seq,
    user_id = log.user as string,
    last_read_seq,
    read_at,
    is_typing,
    participant,
  } = frame as Fields

  if (heads) {
    raiseHead(room, heads[id])
    room.change(forgetBefore(room.log, first_seq?.[id]))
    // The user may take part again, and the push about that may be lost.
    if (room.hasEnded) catchUp.again()
  }
  if ((conversation_id ?? conversation?.id) !== id) return
  if (type === 'conversation_removed') room.end()
  // `left_conversation` means that another tab has closed the conversation.
  if (type === 'conversation_added' || type === 'left_conversation') catchUp.again()
  if (type === 'user_typing') typing.receive(user_id, is_typing)
  if (type === 'participant_left') typing.receive(participant?.id)
  if (message && /^(new_message|message_sent|message_updated)$/.test(type)) {
    typing.receive(message.sender_id)
    // Only the push of a change has a `seq` of its own.
    room.change(insert(log, [seq ? { kind: 'message_updated', seq, message } : message]))
  }
  if (last_read_seq) marks.onRead(user_id, last_read_seq, read_at)
  // Pushes about participants lack some fields of their entries, so the entries are read.
  raiseHead(room, seq ?? last_seq)
}
