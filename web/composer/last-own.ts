import type { Entry, Message } from '../../client/index.ts'

/** The user's last message that can be edited. */
export const lastOwnMessage = (entries: readonly Entry[], userId: string): Message | undefined =>
  entries.findLast(
    (entry): entry is Message => entry.kind === 'message' && entry.sender_id === userId && !entry.deleted_at,
  )
