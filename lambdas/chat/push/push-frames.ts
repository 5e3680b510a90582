import { encodeFrame } from '../../../protocol/encode.ts'
import type { Person } from '../../../protocol/model.ts'
import type { PushFrame } from '../../../protocol/server-frames.ts'
import { allDone } from '../../async.ts'
import type { Post } from '../../delivery/fan-out.ts'
import type { ConversationHead, Entry, MessageEntry, ParticipantEntry } from '../../model.ts'
import { peopleOf, withoutPresence } from '../connections/people.ts'
import type { PeopleDeps } from '../deps.ts'
import { toMessage, unreadCount } from '../entries/message.ts'
import { lastMessage } from '../entries/newest-messages.ts'
import { newestMessageSeq } from '../entries/next-entry.ts'
import { toPerson } from '../entries/person.ts'
import type { RetentionDeps } from '../entries/retention.ts'
import { changeFields, isChange, messagesAt, subjectOf, visibleTarget } from '../entries/show-entries.ts'
import type { Audience } from './audience.ts'

/** An entry, and the messages and names that its push frames contain. */
export interface EntryPush {
  readonly entry: Entry
  /** The message that the entry is or updates; absent for a change of participants, or if the message has expired. */
  readonly message?: MessageEntry | undefined
  /** The newest message of the conversation that was not deleted. */
  readonly last?: MessageEntry | undefined
  /** The user who joined, left or became the owner. */
  readonly person?: Person | undefined
}

export const messagePush = (entry: MessageEntry): EntryPush => ({ entry, message: entry, last: entry })

/** Reads the messages and names that the push frames of an entry contain. */
export async function entryPush(
  deps: PeopleDeps & RetentionDeps,
  { id, start }: Pick<ConversationHead, 'id' | 'start'>,
  entry: Entry,
): Promise<EntryPush> {
  if (entry.kind === 'message') return messagePush(entry)
  const newest = newestMessageSeq(entry)
  const target = visibleTarget(entry, { ...(start && { start }) })
  const [messages, person] = await allDone([
    messagesAt(deps, id, [newest, target]),
    isChange(entry) ? personIn(deps, entry) : undefined,
  ])
  const last = newest === undefined ? undefined : messages.get(newest)
  return {
    entry,
    person,
    message: target === undefined ? undefined : messages.get(target),
    last: await lastMessage(deps, { id, last, ...(start && { start }) }),
  }
}

/** The user who joined, left or became the owner. The presence of a user who has left is not shown. */
async function personIn(deps: PeopleDeps, entry: ParticipantEntry): Promise<Person> {
  const subject = subjectOf(entry)
  const person = (await peopleOf(deps, [], [subject])).get(subject) ?? toPerson(subject)
  return entry.kind === 'participant_left' ? withoutPresence(person) : person
}

/** The frames for an audience, one per connection. */
export function toPushFrames(
  head: ConversationHead,
  push: EntryPush,
  { message, update }: Audience,
): readonly Post[] {
  const conversation_id = head.id
  const pointer = JSON.stringify({ type: 'conversation_updated', conversation_id, last_seq: push.entry.seq })
  const shared = push.entry.kind === 'message_updated' ? undefined : encodeFrame(entryFrame(head, push, ''))
  return [
    ...[...message].map(([connection, user]) => ({
      connection,
      frame: shared ?? encodeFrame(entryFrame(head, push, user)),
      pointer,
    })),
    ...[...update].map(([connection, user]) => ({
      connection,
      frame: encodeFrame(updateFrame(head, push, user)),
      pointer,
    })),
  ]
}

/** The entry itself. An updated message may have been read already, so its frame differs for each reader. */
function entryFrame(
  head: ConversationHead,
  { entry, message, person }: EntryPush,
  reader: string,
): PushFrame {
  const { id: conversation_id } = head
  const { seq } = entry
  if (isChange(entry)) {
    const participant = person ?? toPerson(subjectOf(entry))
    return { type: entry.kind, conversation_id, seq, ...changeFields(entry, participant) }
  }
  if (!message) throw new Error(`entry ${seq} of ${conversation_id} has no message`)
  if (entry.kind === 'message_updated') {
    const shown = toMessage(message, conversation_id, reader, head.participants)
    return { type: 'message_updated', conversation_id, seq, message: shown }
  }
  return { type: 'new_message', conversation_id, message: toMessage(message, conversation_id, '', new Map()) }
}

/** The fields that lists and badges need. */
function updateFrame(head: ConversationHead, { entry, last }: EntryPush, user: string): PushFrame {
  const participant = head.participants.get(user)
  const unread = participant && unreadCount(participant, entry, head.start)
  return {
    type: 'conversation_updated',
    conversation_id: head.id,
    last_seq: entry.seq,
    last_message: last ? toMessage(last, head.id, user, head.participants) : null,
    ...(unread === undefined ? {} : { unread_count: unread }),
  }
}
