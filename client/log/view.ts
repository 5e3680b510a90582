import type { OutboxItem } from '../core.ts'
import type { Log } from '../types.ts'
import type { RoomContext } from './context.ts'
import type { LogState } from './log-state.ts'
import { countUnread } from './reads.ts'

/**
 * What a room shows. What has not changed since the last view is the same object.
 *
 * @param waiting what is in the outbox
 */
export function viewOf(
  { log, conversations, id }: RoomContext,
  waiting: readonly OutboxItem[],
  typing: readonly string[],
  before?: Log,
): Log {
  const state = log()
  const shown = shownOf(waiting, state)
  const pending = waiting.filter(({ clientMessageId }) => !shown.has(clientMessageId))
  const view: Log = {
    entries: state.entries,
    pending: before && isSame(pending, before.pending) ? before.pending : pending,
    hasOlder: state.first > 1,
    lastSeq: state.head,
    lastReadSeq: state.reads.mine.seq,
    unreadCount: conversations.find(id)?.unread_count ?? countUnread(state),
    typing,
  }
  return before && isSame(Object.values(view), Object.values(before)) ? before : view
}

const isSame = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((value, index) => value === b[index])

/** The messages of the outbox that are in the log, also if their acknowledgment was lost. */
function shownOf(waiting: readonly OutboxItem[], { entries, last, user }: LogState): Set<string> {
  const shown = new Set(acknowledgedIn(waiting, last))
  if (waiting.length === shown.size) return shown
  for (const entry of entries) {
    if (entry.kind === 'message' && entry.sender_id === user) shown.add(entry.client_message_id ?? '')
  }
  return shown
}

/** The `client_message_id` of each acknowledged message of the outbox that the log has reached. */
export const acknowledgedIn = (waiting: readonly OutboxItem[], last: number): readonly string[] =>
  waiting.filter(({ acked }) => acked && acked.seq <= last).map((item) => item.clientMessageId)
