import { isSame } from '../readable.ts'
import type { OutboxItem } from '../shared.ts'
import type { Log } from '../types.ts'
import type { Message } from '../wire.ts'
import type { RoomContext } from './context.ts'
import { countUnread } from './marks.ts'

/**
 * What a room shows; the same object as before if nothing has changed.
 *
 * @param waiting what is in the outbox
 */
export function viewOf(
  { log, conversations, id }: RoomContext,
  waiting: readonly OutboxItem[],
  typing: readonly string[],
  before?: Log,
): Log {
  const { entries, last, user } = log
  // Only needed if messages wait in the outbox.
  const own = waiting.length ? entries : []
  const shown = new Set(own.map((entry) => entry.sender_id === user && (entry as Message).client_message_id))
  const view: Log = {
    entries,
    // A message in the log is not pending, even if its acknowledgment was lost.
    pending: waiting.filter(({ acked, clientMessageId }) =>
      acked ? acked.seq > last : !shown.has(clientMessageId),
    ),
    hasOlder: log.first > log.start,
    firstSeq: log.start,
    lastSeq: log.head,
    lastReadSeq: log.myCursor,
    unreadCount: conversations.find(id)?.unread_count ?? countUnread(log),
    typing,
  }
  return before && isSame(partsOf(view), partsOf(before)) ? before : view
}

const partsOf = ({ pending, typing, ...rest }: Log) => [...pending, ...typing, ...Object.values(rest)]
