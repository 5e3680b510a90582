import type { Conversation, Invitation } from '../../client/index.ts'

/** The conversations with a new unread message of another user. */
export function newsBetween(
  before: readonly Conversation[],
  after: readonly Conversation[],
  userId: string | undefined,
): readonly Conversation[] {
  const known = new Map(before.map((conversation) => [conversation.id, conversation]))
  const newest = before.reduce((time, { updated_at }) => (updated_at > time ? updated_at : time), '')
  return after.filter(({ id, last_message, unread_count, updated_at }) => {
    if (!last_message || last_message.deleted_at || last_message.sender_id === userId) return false
    if (unread_count === 0) return false
    const held = known.get(id)
    // More of the list may have been loaded: what was below its end is not new.
    return held ? last_message.seq > held.last_seq : updated_at > newest
  })
}

/** The invitations that have arrived. */
export function newInvitations(
  before: readonly Invitation[],
  after: readonly Invitation[],
): readonly Invitation[] {
  const known = new Set(before.map(({ id }) => id))
  return after.filter(({ id }) => !known.has(id))
}
