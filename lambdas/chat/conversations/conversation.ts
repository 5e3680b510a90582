import { notFound } from '../../../protocol/errors.ts'
import type { Conversation, Person } from '../../../protocol/model.ts'
import { allDone } from '../../async.ts'
import type { ConversationHead } from '../../model.ts'
import { peopleOf, withoutPresence } from '../connections/people.ts'
import type { PeopleDeps } from '../deps.ts'
import { toMessage } from '../entries/message.ts'
import { lastMessage } from '../entries/newest-messages.ts'
import { toPerson } from '../entries/person.ts'
import { type RetentionDeps, withCurrentStart } from '../entries/retention.ts'
import { unreadOf } from '../messages/read-cursor.ts'
import { ownerOf } from './ownership.ts'

type Needs = PeopleDeps & RetentionDeps

/** A conversation as a participant sees it. Throws `not_found` for anyone else. */
export async function conversationFor(deps: Needs, id: string, reader: string): Promise<Conversation> {
  const conversation = (await conversationForEach(deps, id, [reader])).get(reader)
  if (!conversation) throw notFound('conversation')
  return conversation
}

/** A conversation as each of these readers sees it. Readers who are not participants are left out. */
export async function conversationForEach(
  deps: Needs,
  id: string,
  readers: readonly string[],
): Promise<ReadonlyMap<string, Conversation>> {
  const read = await deps.conversations.head(id)
  if (!read) return new Map()
  // Moves the start once, rather than for each reader.
  const head = await withCurrentStart(deps, read)
  const people = await peopleOf(deps, head.participants.keys(), head.former)
  const views = readers
    .filter((reader) => head.participants.has(reader))
    .map(async (reader) => [reader, await toConversation(deps, head, reader, people)] as const)
  return new Map(await allDone(views))
}

/** A conversation as it appears in a participant's list. */
export async function toConversation(
  deps: RetentionDeps,
  read: ConversationHead,
  reader: string,
  people: ReadonlyMap<string, Person>,
): Promise<Conversation> {
  const head = await withCurrentStart(deps, read)
  const { id, group, last } = head
  const users = [...head.participants.keys(), ...(head.former ?? [])]
  const participants = users.map((user) => shown(head, user, people))
  const others = participants.filter((person) => person.id !== reader)
  const owner = group && ownerOf(group, head.participants)
  const own = head.participants.get(reader)
  const [message, unread] = await Promise.all([lastMessage(deps, head), own ? unreadOf(deps, head, own) : 0])
  return {
    id,
    status: 'accepted',
    is_group: group !== undefined,
    ...(group?.title === undefined ? {} : { title: group.title }),
    ...(owner === undefined ? {} : { owner_id: owner }),
    participants,
    participant: (group ? undefined : others[0]) ?? standIn(id, group?.title, others),
    last_message: message
      ? { ...toMessage(message, id, reader, head.participants), timestamp: message.createdAt }
      : null,
    last_seq: last?.seq ?? 0,
    unread_count: unread,
    updated_at: last?.createdAt ?? head.createdAt,
  }
}

/** A former participant shares no conversation with the reader, so presence stays private. */
function shown(
  { participants }: ConversationHead,
  user: string,
  people: ReadonlyMap<string, Person>,
): Person {
  const person = people.get(user) ?? toPerson(user)
  return participants.has(user) ? person : withoutPresence(person)
}

/**
 * The placeholder for the other participant in a group, because some front ends read this field in every conversation.
 */
function standIn(id: string, title: string | undefined, others: readonly Person[]): Person {
  const names = others.map(({ firstname, lastname }) => `${firstname} ${lastname}`.trim()).filter(Boolean)
  return { id, firstname: title ?? names.join(', '), lastname: '', email: '' }
}
