import { createHash, createHmac } from 'node:crypto'
import { canonicalJson, type JsonObject } from '../../../protocol/json.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Message } from '../../../protocol/model.ts'
import type { ConversationHead, Entry, LogStart, MessageEntry, Participant } from '../../model.ts'

/** A message that a sender wants to store. */
export interface Draft {
  readonly sender: string
  readonly content: string
  readonly metadata?: JsonObject | undefined
  readonly clientMessageId?: string | undefined
}

/**
 * The draft as an entry that has no slot in the log yet.
 *
 * @param random becomes the key of the draft's hash, which is stored only with a `client_message_id`
 */
export const toNewEntry = ({ sender, content, metadata, clientMessageId }: Draft, random: string) => ({
  kind: 'message' as const,
  sender,
  content,
  metadata: metadata && JSON.stringify(metadata),
  clientMessageId,
  hashKey: clientMessageId === undefined ? undefined : random,
})

/** The `seq` in a message id; undefined if the id is not one of ours. */
export function seqOfMessageId(id: unknown): number | undefined {
  const [, digits] = (typeof id === 'string' && /^([1-9]\d{0,11})-[A-Za-z0-9_-]{22}$/.exec(id)) || []
  return digits === undefined ? undefined : Number(digits)
}

type Words = Pick<Draft, 'content' | 'metadata'>

/** Equal for equal content and metadata, whatever the order of the metadata's keys. */
export const canonicalWords = ({ content, metadata }: Words) => canonicalJson([content, metadata ?? null])

/**
 * The hash by which a repeated send is recognized. The key is stored with the message and removed together with its
 * content: without a key, short content could be guessed by trying all possible texts.
 *
 * @param key absent for rows of an older version
 */
export const draftHash = (words: Words, key: string | undefined) =>
  (key === undefined ? createHash('sha256') : createHmac('sha256', key))
    .update(canonicalWords(words))
    .digest('base64url')

/** Whether a group has ever had more than 10 participants. Its entries then no longer count messages. */
export const isLarge = ({ group, participants, last }: ConversationHead): boolean =>
  group !== undefined &&
  (participants.size > limits.unreadParticipants || (last !== undefined && last.sent === undefined))

/**
 * The number of messages by others up to an entry, deleted ones included; undefined in groups that are too large to
 * count.
 */
export function sentByOthers(reader: string, entry: Entry | undefined): number | undefined {
  if (!entry) return 0
  return entry.sent && countOthers(reader, entry.sent)
}

function countOthers(reader: string, sent: ReadonlyMap<string, number>): number {
  let others = 0
  for (const [user, count] of sent) if (user !== reader) others += count
  return others
}

/** How many messages each user had sent before an entry. */
export function sentBefore({ kind, sender, sent }: Entry): ReadonlyMap<string, number> | undefined {
  const own = sent?.get(sender)
  return sent && own && kind === 'message' ? new Map(sent).set(sender, own - 1) : sent
}

/** How many messages by others do not count as unread: those up to the read cursor, or before the start of the log. */
export const passedOthers = (
  { user, readOthers }: Pick<Participant, 'user' | 'readOthers'>,
  start: LogStart | undefined,
): number => Math.max(readOthers, start?.sent ? countOthers(user, start.sent) : 0)

/**
 * A participant's unread messages, at most 100, from the counts alone: deleted messages are included. Undefined in
 * groups that are too large to count.
 */
export function unreadCount(
  participant: Participant,
  last: Entry | undefined,
  start?: LogStart,
): number | undefined {
  const others = sentByOthers(participant.user, last)
  if (others === undefined) return undefined
  return Math.min(limits.unreadCount, Math.max(0, others - passedOthers(participant, start)))
}

/** A message as one reader sees it. */
export function toMessage(
  entry: MessageEntry,
  conversation: string,
  reader: string,
  participants: ReadonlyMap<string, Participant>,
): Message {
  const cursors = cursorsFor(reader, entry.sender === reader, participants)
  const isRead = cursors.length > 0 && cursors.every(({ readSeq }) => readSeq >= entry.seq)
  const readTimes = cursors.map(({ readAt }) => readAt ?? '').sort()
  const readAt = isRead ? readTimes.at(-1) : undefined
  return {
    id: entry.id,
    conversation_id: conversation,
    seq: entry.seq,
    kind: entry.kind,
    sender_id: entry.sender,
    content: entry.content,
    ...(entry.metadata === undefined ? {} : { metadata: JSON.parse(entry.metadata) as JsonObject }),
    ...(entry.clientMessageId === undefined ? {} : { client_message_id: entry.clientMessageId }),
    created_at: entry.createdAt,
    is_read: isRead,
    ...(readAt ? { read_at: readAt } : {}),
    ...(entry.editedAt === undefined ? {} : { edited_at: entry.editedAt }),
    ...(entry.deletedAt === undefined ? {} : { deleted_at: entry.deletedAt }),
  }
}

/** The read cursors that must have reached a message before it counts as read for this reader. */
function cursorsFor(
  reader: string,
  isOwn: boolean,
  participants: ReadonlyMap<string, Participant>,
): readonly Pick<Participant, 'readSeq' | 'readAt'>[] {
  const own = participants.get(reader)
  if (!isOwn) return own ? [own] : []
  const others = [...participants.values()].filter(({ user }) => user !== reader)
  return others.length === 0 && own?.lastOther ? [own.lastOther] : others
}
