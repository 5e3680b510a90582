import type { Conversation } from '../../client/index.ts'

/** The unread messages of other users in all conversations. */
export const unreadIn = (conversations: readonly Conversation[]): number =>
  conversations.reduce((sum, { unread_count }) => sum + unread_count, 0)
