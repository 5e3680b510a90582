import type { ServerFrame, ServerFrameOf } from '../wire.ts'
import { type Held, withEntry, withMessage, withUnread } from './held.ts'
import { type Change, changeParticipants, withPlaceholder } from './participants.ts'
import { moveCursor, pushCount } from './unread.ts'

interface Context {
  readonly user: string | undefined
  /** The latest activity in the whole list: a push does not tell the time of every entry. */
  readonly latest: string
}

/** A conversation after a frame about it. Frames can arrive in any order and more than once. */
export function applyFrame(held: Held, frame: ServerFrame, context: Context): Held {
  const { user, latest } = context
  switch (frame.type) {
    case 'new_message':
    case 'message_sent': {
      const { message } = frame
      return withMessage(withEntry(held, message.seq, message.created_at), message, message.seq, user)
    }
    case 'message_updated': {
      const { seq, message } = frame
      const at = message.deleted_at ?? message.edited_at ?? latest
      return withMessage(withEntry(held, seq, at), message, seq, user)
    }
    case 'conversation_updated':
      return updateConversation(held, frame, context)
    case 'participant_joined':
    case 'participant_left':
    case 'owner_changed':
      return changeMembers(withEntry(held, frame.seq, latest), frame, user)
    case 'marked_read':
      return moveOwnCursor(held, frame)
    case 'message_read':
      return frame.user_id === user ? moveOwnCursor(held, frame) : held
    default:
      return held
  }
}

/** Whether a frame tells of an entry of the log. */
export const isEntry = ({ type }: ServerFrame) =>
  /^(new_message|message_sent|message_updated|participant_\w+|owner_changed|conversation_updated)$/.test(type)

/** Whether a frame does not say what has changed, so that the list must be read again. */
export function isIncomplete(frame: ServerFrame, { shown }: Held, { user }: Context): boolean {
  if (frame.type !== 'conversation_updated') return false
  const { last_seq, last_message } = frame
  // It would have been too large with its message.
  if (last_message === undefined) return true
  // The owner's other connections are not told in any other way that the owner has changed.
  const isOwner = shown.owner_id !== undefined && shown.owner_id === user
  return isOwner && last_seq > shown.last_seq && last_seq !== last_message?.seq
}

function updateConversation(
  held: Held,
  { last_seq, last_message, unread_count }: ServerFrameOf<'conversation_updated'>,
  { user, latest }: Context,
): Held {
  const isMessage = last_message?.seq === last_seq
  let next = withEntry(held, last_seq, isMessage ? last_message.created_at : latest)
  if (last_message) next = withMessage(next, last_message, last_seq, user)
  if (unread_count === undefined) return next
  return withUnread(next, pushCount(next.unread, last_seq, unread_count))
}

function changeMembers(held: Held, change: Change, user: string | undefined): Held {
  const { seq, owner_id, participant } = change
  const isNew = (key: string) => seq > held.listedSeq && seq > (held.changes.get(key) ?? 0)
  const changes = new Map(held.changes)
  let { shown } = held
  if (change.type !== 'owner_changed' && isNew(participant.id)) {
    changes.set(participant.id, seq)
    shown = withPlaceholder(changeParticipants(shown, change), user)
  }
  if (owner_id !== undefined && isNew('')) {
    changes.set('', seq)
    shown = { ...shown, owner_id }
  }
  return { ...held, shown, changes }
}

function moveOwnCursor(
  held: Held,
  { last_read_seq, unread_count = 0 }: Pick<ServerFrameOf<'message_read'>, 'last_read_seq' | 'unread_count'>,
): Held {
  return withUnread(held, moveCursor(held.unread, last_read_seq, unread_count, held.shown.last_seq))
}
