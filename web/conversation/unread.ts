import type { Entry, Log, Message } from '../../client/index.ts'

/** The messages of others after this `seq`, oldest first; without those that were deleted. */
export function arrivedAfter(entries: readonly Entry[], seq: number, userId: string): readonly Message[] {
  const arrived: Message[] = []
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]
    if (!entry || entry.seq <= seq) break
    if (entry.kind === 'message' && entry.sender_id !== userId && !entry.deleted_at) arrived.push(entry)
  }
  return arrived.reverse()
}

/**
 * The `seq` of the first message of others after this read cursor. Undefined if there is none, or if there may be one
 * that is not loaded.
 */
export function firstUnread(
  { entries, hasOlder }: Pick<Log, 'entries' | 'hasOlder'>,
  cursor: number,
  userId: string,
): number | undefined {
  if (hasOlder && !isLoadedAfter(entries, cursor)) return undefined
  return arrivedAfter(entries, cursor, userId)[0]?.seq
}

/** Whether everything after this `seq` is loaded. */
export const isLoadedAfter = (entries: readonly Entry[], seq: number): boolean =>
  (entries[0]?.seq ?? Number.POSITIVE_INFINITY) <= seq + 1

/** Whether all messages that count as unread are there, and not only what was stored the last time. */
export function hasAllUnread(log: Log, userId: string): boolean {
  const { entries, firstSeq, lastSeq, lastReadSeq, unreadCount } = log
  const last = entries.at(-1)
  // Everything may have been removed because of its age.
  if (!last) return firstSeq > 1 && unreadCount === 0
  return last.seq >= lastSeq || arrivedAfter(entries, lastReadSeq, userId).length >= unreadCount
}
