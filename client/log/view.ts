import type { Log } from '../types.ts'
import type { RoomContext } from './context.ts'
import type { OutboxEntry } from './deps.ts'
import type { LogState } from './log-state.ts'
import { countUnread } from './reads.ts'

/**
 * What a room shows. What has not changed since the last view is the same object.
 *
 * @param waiting what is in the outbox
 */
export function viewOf(
  { log, conversations, id, me }: RoomContext,
  waiting: readonly OutboxEntry[],
  typing: readonly string[],
  before?: Log,
): Log {
  const state = log.getSnapshot()
  const { entries, first, head, reads } = state
  const shown = shownOf(waiting, state, me())
  const pending = waiting.filter(({ clientMessageId }) => !shown.has(clientMessageId))
  const view: Log = {
    entries,
    pending: before && isSame(pending, before.pending) ? before.pending : pending,
    hasOlder: first > 1,
    lastSeq: head,
    lastReadSeq: reads.mine.seq,
    unreadCount: conversations.find(id)?.unread_count ?? countUnread(entries, reads, me()),
    typing,
  }
  return before && isSame(Object.values(view), Object.values(before)) ? before : view
}

const isSame = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((value, index) => value === b[index])

/** The messages of the outbox that are in the log, also if their acknowledgment was lost. */
function shownOf(waiting: readonly OutboxEntry[], log: LogState, user: string | undefined): Set<string> {
  const shown = new Set(acknowledgedIn(waiting, log))
  const rest = new Set(waiting.filter(({ acked }) => !acked).map((item) => item.clientMessageId))
  for (let i = log.entries.length - 1; i >= 0 && rest.size > 0; i--) {
    const entry = log.entries[i]
    if (entry?.kind !== 'message' || entry.sender_id !== user) continue
    const key = entry.client_message_id ?? ''
    if (rest.delete(key)) shown.add(key)
  }
  return shown
}

/** The `client_message_id` of each acknowledged message of the outbox that the log has reached. */
export const acknowledgedIn = (waiting: readonly OutboxEntry[], { last }: LogState): readonly string[] =>
  waiting.filter(({ acked }) => acked && acked.seq <= last).map((item) => item.clientMessageId)
