import type { Entry, LogStart, MessageEntry } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { newestMessageSeq } from './next-entry.ts'
import { firstSeqOf, isExpired } from './retention.ts'

type Needs = Pick<Deps, 'log' | 'retentionMs' | 'now'>

/** A conversation, and the newest entry of its log or of a part of its log. */
interface End {
  readonly id: string
  readonly last?: Entry | undefined
  readonly start?: LogStart
}

/** The result of a search for messages. */
interface Found {
  /** Oldest first. */
  readonly messages: readonly MessageEntry[]
  /** The `seq` before which the log was not searched; 1 if there are no older messages. */
  readonly before: number
}

/**
 * The newest messages of a log that were not deleted. Each entry names the message before it, so skipping other kinds
 * of entries costs almost nothing. Deleted messages are read and left out.
 *
 * @param wanted the search ends once it has found this many
 * @param sizes how many entries each query reads; the search ends after the last query
 */
export async function newestMessages(
  deps: Needs,
  end: End,
  wanted: number,
  sizes: readonly number[],
): Promise<Found> {
  const first = firstSeqOf(end)
  const messages: MessageEntry[] = []
  let before = (newestMessageSeq(end.last) ?? 0) + 1
  for (const size of sizes) {
    if (before <= first || messages.length >= wanted) break
    const entries = await deps.log.before(end.id, before, size)
    messages.unshift(...entries.filter((entry) => isShown(deps, end, entry)))
    before = entries.length < size ? 1 : afterMessageBefore(entries[0])
  }
  return { messages, before: before <= first ? 1 : before }
}

/** If the newest message was deleted, this many entries before it are searched for one that was not. */
const SEARCHED_ENTRIES = 25

/** The newest message of a conversation that was not deleted, if the search finds one. */
export async function lastMessage(deps: Needs, end: End): Promise<MessageEntry | undefined> {
  if (isShown(deps, end, end.last)) return end.last
  return (await newestMessages(deps, end, 1, [1, SEARCHED_ENTRIES])).messages.at(-1)
}

/** Whether an entry is a message that was not deleted and has not expired. */
const isShown = (deps: Needs, end: End, entry: Entry | undefined): entry is MessageEntry =>
  entry?.kind === 'message' &&
  entry.deletedAt === undefined &&
  entry.seq >= firstSeqOf(end) &&
  !isExpired(deps, entry)

/** The `seq` after the newest message before an entry. */
const afterMessageBefore = (entry: Entry | undefined) =>
  entry?.kind === 'message' ? entry.seq : (newestMessageSeq(entry) ?? 0) + 1
