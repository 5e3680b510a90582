import type { Machine } from './machine.ts'

const FIRST = 991
const LAST = 1000

/**
 * Stores a log that is longer than that of the server and has other entries, as if the server's database had been
 * restored from a backup.
 */
export function storeForeignLog(machine: Machine, user: string, conversation: string): void {
  const entries = Array.from({ length: LAST - FIRST + 1 }, (_, index) => ({
    kind: 'message',
    id: `foreign${index}`,
    conversation_id: conversation,
    seq: FIRST + index,
    sender_id: 'bob',
    content: `foreign ${index}`,
    created_at: '2026-01-01T11:00:00.000Z',
    is_read: true,
  }))
  const log = {
    user,
    entries,
    first: FIRST,
    last: LAST,
    head: LAST,
    since: FIRST - 1,
    myCursor: LAST,
    othersCursor: LAST,
  }
  machine.put(`${encodeURIComponent(`https://simulated|${user}`)}/log/${conversation}`, log)
}
