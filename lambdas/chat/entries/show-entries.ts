import type { LogEntry } from '../../../protocol/model.ts'
import type { ConversationHead } from '../../stores/conversations.ts'
import type { Entry, MessageEntry } from '../../stores/log.ts'
import type { Deps } from '../deps.ts'
import { toMessage } from './message.ts'
import { newestMessage } from './next-entry.ts'

type Needs = Pick<Deps, 'log'>

/** Messages by where they stand. */
export type Messages = ReadonlyMap<number, MessageEntry>

/** The messages at these places; those that are known are not read again. */
export async function messagesAt(
  { log }: Needs,
  conversation: string,
  seqs: readonly (number | undefined)[],
  known: readonly Entry[] = [],
): Promise<Messages> {
  const found = new Map<number, MessageEntry>()
  const note = (entry: Entry) => void (entry.kind === 'message' && found.set(entry.seq, entry))
  known.forEach(note)
  const missing = seqs.filter((seq) => seq !== undefined && !found.has(seq)) as number[]
  if (missing.length > 0) (await log.entries(conversation, missing)).forEach(note)
  return found
}

/** What stood there when membership was read; what came after that may be no business of the reader's any more. */
export const upTo = (lastSeq: number, entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ seq }) => seq <= lastSeq)

/**
 * Entries as one reader sees them; an update comes with the message as it is now. That is read after the update, even where
 * the page holds the message: its rows are no snapshot, and the message may have been read before it was changed.
 */
export async function showEntries(
  deps: Needs,
  head: ConversationHead,
  reader: string,
  entries: readonly Entry[],
): Promise<readonly LogEntry[]> {
  const targets = entries.map((entry) => (entry.kind === 'message_updated' ? entry.targetSeq : undefined))
  const messages = await messagesAt(deps, head.id, targets)
  return entries.map((entry) => showEntry(head, reader, entry, messages))
}

function showEntry(head: ConversationHead, reader: string, entry: Entry, messages: Messages): LogEntry {
  const show = (message: MessageEntry) => toMessage(message, head.id, reader, head.participants)
  if (entry.kind === 'message') return show(entry)
  const base = {
    id: entry.id,
    conversation_id: head.id,
    seq: entry.seq,
    sender_id: entry.sender,
    created_at: entry.createdAt,
  }
  if (entry.kind !== 'message_updated') return { ...base, kind: entry.kind, participant: entry.person }
  return {
    ...base,
    kind: entry.kind,
    target_seq: entry.targetSeq,
    message: show(targetOf(entry, messages)),
  }
}

/** The message that an update is about. */
export function targetOf(
  { targetSeq, seq }: { targetSeq: number; seq: number },
  messages: Messages,
): MessageEntry {
  const target = messages.get(targetSeq)
  if (!target) throw new Error(`entry ${seq} updates ${targetSeq}, which is no message`)
  return target
}

/** The newest message of a conversation. */
export async function lastMessage(
  deps: Needs,
  { id, last }: Pick<ConversationHead, 'id' | 'last'>,
): Promise<MessageEntry | undefined> {
  const seq = newestMessage(last)
  if (!last || seq === undefined) return undefined
  return (await messagesAt(deps, id, [seq], [last])).get(seq)
}
