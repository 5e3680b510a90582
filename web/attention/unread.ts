import type { Chat, Conversation, Invitation } from '../../client/index.ts'

/** The unread messages of other users in all conversations. */
export const unreadIn = (conversations: readonly Conversation[]): number =>
  conversations.reduce((sum, { unread_count }) => sum + unread_count, 0)

/** What waits for the user: unread messages, and invitations without an answer. */
export const waitingIn = (
  conversations: readonly Conversation[],
  invitations: readonly Invitation[],
): number => unreadIn(conversations) + invitations.length

/** Whether the conversation or the received invitation with this id waits for the user. */
export const isWaiting = (chat: Pick<Chat, 'conversations' | 'invitations'>, id: string): boolean =>
  chat.invitations.getSnapshot().some((invitation) => invitation.id === id) ||
  chat.conversations
    .getSnapshot()
    .items.some((item) => item.id === id && item.unread_count > 0 && !item.last_message?.deleted_at)
