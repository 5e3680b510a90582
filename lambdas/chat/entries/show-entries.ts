import type { LogEntry, Person } from '../../../protocol/model.ts'
import { allDone } from '../../async.ts'
import type { ConversationHead, Entry, MessageEntry, ParticipantEntry, User } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { toMessage } from './message.ts'
import { toPerson } from './person.ts'
import { firstSeqOf } from './retention.ts'

/** Messages by `seq`. */
export type Messages = ReadonlyMap<number, MessageEntry>

/** The messages with these `seq`s. Known entries are not read again. */
export async function messagesAt(
  { log }: Pick<Deps, 'log'>,
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
 * The entries up to `lastSeq`, the end of the log when membership was checked. When later ones were written, the reader
 * may no longer have been a participant.
 */
export const upTo = (lastSeq: number, entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ seq }) => seq <= lastSeq)

/** The users that entries show by name, with one read per page, or no read if no entry changes the participants. */
export async function peopleIn(
  { users }: Pick<Deps, 'users'>,
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, User>> {
  const ids = entries.flatMap((entry) => (isChange(entry) ? [subjectOf(entry)] : []))
  return ids.length === 0 ? new Map() : await users.findAll(ids)
}

export const isChange = (entry: Entry): entry is ParticipantEntry =>
  entry.kind !== 'message' && entry.kind !== 'message_updated'

/** The user who joined, left or became the owner. */
export const subjectOf = ({ kind, sender, owner }: ParticipantEntry) =>
  kind === 'owner_changed' ? (owner ?? sender) : sender

/** The fields that a change of participants shows. */
export const changeFields = (entry: ParticipantEntry, participant: Person) => ({
  participant,
  ...(entry.removedBy === undefined ? {} : { removed_by: entry.removedBy }),
  ...(entry.owner === undefined ? {} : { owner_id: entry.owner }),
})

/** The `seq` of the message that an entry updates; undefined if it updates none, or one before the start of the log. */
export const visibleTarget = (entry: Entry, head: Pick<ConversationHead, 'start'>): number | undefined =>
  entry.kind === 'message_updated' && entry.targetSeq >= firstSeqOf(head) ? entry.targetSeq : undefined

/**
 * Entries as one reader sees them. An update includes the current message, which is read after the update even if the
 * page contains the message: a page is not a snapshot, so the copy in the page may be older than the update. If the
 * message has expired, the update stays in its place without it.
 */
export async function showEntries(
  deps: Pick<Deps, 'log' | 'users'>,
  head: ConversationHead,
  reader: string,
  entries: readonly Entry[],
): Promise<readonly LogEntry[]> {
  const targets = entries.map((entry) => visibleTarget(entry, head))
  const [messages, people] = await allDone([messagesAt(deps, head.id, targets), peopleIn(deps, entries)])
  return entries.map((entry) => showEntry(head, reader, entry, messages, people))
}

function showEntry(
  head: ConversationHead,
  reader: string,
  entry: Entry,
  messages: Messages,
  people: ReadonlyMap<string, User>,
): LogEntry {
  const show = (message: MessageEntry) => toMessage(message, head.id, reader, head.participants)
  if (entry.kind === 'message') return show(entry)
  const base = {
    id: entry.id,
    conversation_id: head.id,
    seq: entry.seq,
    sender_id: entry.sender,
    created_at: entry.createdAt,
  }
  if (isChange(entry)) {
    const subject = subjectOf(entry)
    return { ...base, kind: entry.kind, ...changeFields(entry, toPerson(subject, people.get(subject))) }
  }
  return {
    ...base,
    kind: entry.kind,
    target_seq: entry.targetSeq,
    ...(visibleTarget(entry, head) === undefined ? {} : { message: show(targetOf(entry, messages)) }),
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
