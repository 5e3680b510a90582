import { encodeFrame } from '../../../protocol/encode.ts'
import type { PushFrame } from '../../../protocol/server-frames.ts'
import type { Post } from '../../delivery/fan-out.ts'
import type { ConversationHead } from '../../stores/conversations.ts'
import type { Entry, MessageEntry } from '../../stores/log.ts'
import type { Deps } from '../deps.ts'
import { toMessage, unreadCount } from '../entries/message.ts'
import { newestMessage } from '../entries/next-entry.ts'
import { messagesAt, targetOf } from '../entries/show-entries.ts'
import type { Audience } from './audience.ts'

/** A new entry and the messages that must be told with it. */
export interface EntryPush {
  readonly entry: Entry
  /** The message that the entry is or is about; none when somebody comes or goes. */
  readonly message?: MessageEntry
  /** The newest message of the conversation. */
  readonly last?: MessageEntry
}

export const messagePush = (entry: MessageEntry): EntryPush => ({ entry, message: entry, last: entry })

/** Reads what an entry that is no message itself leaves out. */
export async function entryPush(deps: Pick<Deps, 'log'>, conversation: string, entry: Entry): Promise<EntryPush> {
  if (entry.kind === 'message') return messagePush(entry)
  const newest = newestMessage(entry)
  const target = entry.kind === 'message_updated' ? entry.targetSeq : undefined
  const messages = await messagesAt(deps, conversation, [newest, target])
  const last = newest === undefined ? undefined : messages.get(newest)
  return {
    entry,
    ...(entry.kind === 'message_updated' ? { message: targetOf(entry, messages) } : {}),
    ...(last ? { last } : {}),
  }
}

/** The frames that an audience gets of a new entry. */
export function toPushFrames(head: ConversationHead, news: EntryPush, { message, update }: Audience): readonly Post[] {
  const conversation_id = head.id
  const pointer = JSON.stringify({ type: 'conversation_updated', conversation_id, last_seq: news.entry.seq })
  const shared = news.entry.kind === 'message_updated' ? undefined : encodeFrame(entryFrame(head, news, ''))
  return [
    ...[...message].map(([connection, user]) => ({
      connection,
      frame: shared ?? encodeFrame(entryFrame(head, news, user)),
      pointer,
    })),
    ...[...update].map(([connection, user]) => ({
      connection,
      frame: encodeFrame(updateFrame(head, news, user)),
      pointer,
    })),
  ]
}

/** Tells the entry itself. A message that was updated may have been read by then, which each reader knows otherwise. */
function entryFrame(head: ConversationHead, { entry, message }: EntryPush, reader: string): PushFrame {
  const { id: conversation_id } = head
  const { seq } = entry
  if (entry.kind === 'participant_joined' || entry.kind === 'participant_left') {
    return { type: entry.kind, conversation_id, seq, participant: entry.person }
  }
  if (!message) throw new Error(`entry ${seq} of ${conversation_id} has no message`)
  if (entry.kind === 'message_updated') {
    const shown = toMessage(message, conversation_id, reader, head.participants)
    return { type: 'message_updated', conversation_id, seq, message: shown }
  }
  return { type: 'new_message', conversation_id, message: toMessage(message, conversation_id, '', new Map()) }
}

/** Tells lists and badges. */
function updateFrame(head: ConversationHead, { entry, last }: EntryPush, user: string): PushFrame {
  const participant = head.participants.get(user)
  const unread = participant && unreadCount(participant, entry)
  return {
    type: 'conversation_updated',
    conversation_id: head.id,
    last_seq: entry.seq,
    last_message: last ? toMessage(last, head.id, user, head.participants) : null,
    ...(unread === undefined ? {} : { unread_count: unread }),
  }
}
