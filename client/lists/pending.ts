import type { Conversation, Invitation } from '../wire.ts'

/** How the list shows an invitation to a pair that the user has sent. Invitations to groups are not listed. */
export function pendingConversation(invitation: Invitation): Conversation | undefined {
  const { id, from_user, to_user, created_at, conversation_id } = invitation
  if (conversation_id !== undefined || !to_user) return undefined
  return {
    id,
    status: 'pending',
    is_group: false,
    participants: [from_user, to_user],
    participant: to_user,
    last_message: null,
    last_seq: 0,
    unread_count: 0,
    updated_at: created_at,
  }
}
