import type { Conversation, Invitation } from '../../client/index.ts'

/** The unread messages of other users in all conversations. */
export const unreadIn = (conversations: readonly Conversation[]): number =>
  conversations.reduce((sum, { unread_count }) => sum + unread_count, 0)

/** What waits for the user: unread messages, and invitations without an answer. */
export const waitingIn = (
  conversations: readonly Conversation[],
  invitations: readonly Invitation[],
): number => unreadIn(conversations) + invitations.length
