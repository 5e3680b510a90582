import { createHash } from 'node:crypto'
import { canonicalJson, type JsonObject } from '../../../protocol/json.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Message } from '../../../protocol/model.ts'
import type { Entry, MessageEntry, Participant } from '../../model.ts'

/** A message that a sender wants to store. */
export interface Draft {
  readonly sender: string
  readonly content: string
  readonly metadata?: JsonObject | undefined
  readonly clientMessageId?: string | undefined
}

/** The draft as an entry that has no slot in the log yet. */
export const toNewEntry = ({ sender, content, metadata, clientMessageId }: Draft) => ({
  kind: 'message' as const,
  sender,
  content,
  metadata: metadata && JSON.stringify(metadata),
  clientMessageId,
})

/** The `seq` in a message id; undefined if the id is not one of ours. */
export function seqOfMessageId(id: unknown): number | undefined {
  const [, digits] = (typeof id === 'string' && /^([1-9]\d{0,11})-[A-Za-z0-9_-]{22}$/.exec(id)) || []
  return digits === undefined ? undefined : Number(digits)
}

/** Equal for equal content and metadata, whatever the order of the metadata's keys. */
export const draftHash = ({ content, metadata }: Pick<Draft, 'content' | 'metadata'>) =>
  createHash('sha256')
    .update(canonicalJson([content, metadata ?? null]))
    .digest('base64url')

/** The number of messages by others up to an entry; undefined in groups that are too large to count. */
export function sentByOthers(reader: string, entry: Entry | undefined): number | undefined {
  if (!entry) return 0
  if (!entry.sent) return undefined
  return Object.entries(entry.sent).reduce((sum, [user, sent]) => (user === reader ? sum : sum + sent), 0)
}

/** A participant's unread messages, at most 100; undefined in groups that are too large to count. */
export function unreadCount({ user, readOthers }: Participant, last: Entry | undefined): number | undefined {
  const others = sentByOthers(user, last)
  return others === undefined ? undefined : Math.min(limits.unreadCount, Math.max(0, others - readOthers))
}

/** A message as one reader sees it. */
export function toMessage(
  entry: MessageEntry,
  conversation: string,
  reader: string,
  participants: ReadonlyMap<string, Participant>,
): Message {
  const cursors = [...participants.values()].filter(({ user }) =>
    entry.sender === reader ? user !== reader : user === reader,
  )
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
