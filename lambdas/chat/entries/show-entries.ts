import type { LogEntry } from '../../../protocol/model.ts'
import type { ConversationHead, Entry, MessageEntry } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { toMessage } from './message.ts'
import { newestMessageSeq } from './next-entry.ts'

type Needs = Pick<Deps, 'log'>

/** Messages by `seq`. */
export type Messages = ReadonlyMap<number, MessageEntry>

/** The messages with these `seq`s. Known entries are not read again. */
export async function messagesAt(
  { log }: Needs,
  conversation: string,
  seqs: readonly (number | undefined)[],
  known: readonly Entry[] = [],
): Promise<Messages> {
  const found = new Map<number, MessageEntry>()
  const add = (entry: Entry) => void (entry.kind === 'message' && found.set(entry.seq, entry))
  known.forEach(add)
  const missing = seqs.filter((seq) => seq !== undefined && !found.has(seq)) as number[]
  if (missing.length > 0) (await log.entries(conversation, missing)).forEach(add)
  return found
}

/**
 * The entries up to the end of the log when membership was checked; later ones may not be for this reader.
 */
export const upTo = (lastSeq: number, entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ seq }) => seq <= lastSeq)

/**
 * Entries as one reader sees them. An update includes the current message, which is read after the update
 * even if the page contains the message: a page is not a snapshot, so its copy may be older than the update.
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

/** The message that an update refers to. */
export function targetOf(
  { targetSeq, seq }: { targetSeq: number; seq: number },
  messages: Messages,
): MessageEntry {
  const target = messages.get(targetSeq)
  if (!target) throw new Error(`entry ${seq} updates ${targetSeq}, which is not a message`)
  return target
}

/** The newest message of a conversation, if there is one. */
export async function lastMessage(
  deps: Needs,
  { id, last }: Pick<ConversationHead, 'id' | 'last'>,
): Promise<MessageEntry | undefined> {
  const seq = newestMessageSeq(last)
  if (!last || seq === undefined) return undefined
  return (await messagesAt(deps, id, [seq], [last])).get(seq)
}
