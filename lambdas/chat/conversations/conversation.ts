import { notFound } from '../../../protocol/errors.ts'
import type { Conversation, Person } from '../../../protocol/model.ts'
import type { ConversationHead } from '../../model.ts'
import type { Deps, SocketDeps } from '../deps.ts'
import { toMessage } from '../entries/message.ts'
import { lastMessage } from '../entries/show-entries.ts'
import { unreadOf } from '../messages/read-cursor.ts'
import { peopleOf, toPerson } from './people.ts'

/** A conversation as a participant sees it. Throws `not_found` for anyone else. */
export async function conversationFor(deps: SocketDeps, id: string, reader: string): Promise<Conversation> {
  const head = await deps.conversations.head(id)
  if (!head?.participants.has(reader)) throw notFound('conversation')
  return await toConversation(deps, head, reader, await peopleOf(deps, head.participants.keys()))
}

/** A conversation as it appears in a participant's list. */
export async function toConversation(
  deps: Pick<Deps, 'log'>,
  head: ConversationHead,
  reader: string,
  people: ReadonlyMap<string, Person>,
): Promise<Conversation> {
  const { id, group, last } = head
  const participants = [...head.participants.keys()].map((user) => people.get(user) ?? toPerson(user))
  const own = head.participants.get(reader)
  const [message, unread] = await Promise.all([lastMessage(deps, head), own ? unreadOf(deps, head, own) : 0])
  return {
    id,
    status: 'accepted',
    is_group: group !== undefined,
    ...(group?.title === undefined ? {} : { title: group.title }),
    participants,
    participant: group ? null : (participants.find((person) => person.id !== reader) ?? null),
    last_message: message
      ? { ...toMessage(message, id, reader, head.participants), timestamp: message.createdAt }
      : null,
    last_seq: last?.seq ?? 0,
    unread_count: unread,
    updated_at: last?.createdAt ?? head.createdAt,
  }
}
