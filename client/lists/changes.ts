import type { Conversation, Message, Person } from '../wire.ts'

/** The fields that matter to the list. Frames of unknown types are read in the same way. */
export interface Update {
  readonly type: string
  readonly conversation_id?: string
  readonly conversation?: Conversation
  readonly invitation_id?: string
  readonly heads?: { readonly [conversation: string]: number }
  readonly first_seq?: { readonly [conversation: string]: number }
  readonly seq?: number
  readonly last_seq?: number
  readonly message?: Message
  readonly last_message?: Message | null
  readonly unread_count?: number
  readonly user_id?: string
  readonly last_read_seq?: number
  readonly read_at?: string
}

/** A conversation after the next entry of its log, which adds or changes a message. */
export function withMessage(
  conversation: Conversation,
  message: Message,
  unread_count: number,
): Conversation {
  const { last_seq, last_message } = conversation
  const isOlder = message.seq < (last_message?.seq ?? 0)
  return {
    ...conversation,
    last_seq: last_seq + 1,
    last_message: isOlder ? last_message : { ...message, timestamp: message.created_at },
    unread_count,
    updated_at: message.deleted_at ?? message.edited_at ?? message.created_at,
  }
}

/** A conversation from which everything before a `seq` was removed. */
export function withoutBefore(conversation: Conversation, start = 1): Conversation {
  const { last_seq, last_message } = conversation
  if (last_message && last_message.seq < start)
    return { ...conversation, last_message: null, unread_count: 0 }
  return withUnreadAtMost(conversation, last_seq + 1 - start)
}

/** A conversation with at most this many unread messages. */
export function withUnreadAtMost(conversation: Conversation, most: number): Conversation {
  const { unread_count } = conversation
  return unread_count > most ? { ...conversation, unread_count: Math.max(0, most) } : conversation
}

/** Removes the presence: what was known when the list was stored is not shown after a restart. */
export function withoutPresence(conversation: Conversation): Conversation {
  const strip = (person: Person) => ({ ...person, is_online: undefined, last_seen: undefined }) as never
  const { participants, participant } = conversation
  return { ...conversation, participants: participants.map(strip), participant: strip(participant) }
}
