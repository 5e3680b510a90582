import type { Conversation, Invitation, Person } from '../../client/index.ts'

/** How the user stands to another person, as far as the loaded lists tell. */
export type Relation =
  | { readonly kind: 'stranger' }
  | { readonly kind: 'pair'; readonly conversationId: string }
  | { readonly kind: 'invited' }
  | { readonly kind: 'inviting'; readonly invitation: Invitation }

export function relationTo(
  personId: string,
  conversations: readonly Conversation[],
  invitations: readonly Invitation[],
): Relation {
  const invitation = invitations.find(
    ({ from_user, conversation_id }) => from_user.id === personId && conversation_id === undefined,
  )
  if (invitation) return { kind: 'inviting', invitation }
  const pairs = conversations.filter(({ is_group, participant }) => !is_group && participant.id === personId)
  const pair = pairs.find(({ status }) => status === 'accepted')
  if (pair) return { kind: 'pair', conversationId: pair.id }
  return { kind: pairs.length > 0 ? 'invited' : 'stranger' }
}

/** The people with whom the user has conversations, those in the latest conversation first. */
export function acquaintances(conversations: readonly Conversation[], userId: string): readonly Person[] {
  const people = new Map<string, Person>()
  for (const { status, participants } of conversations) {
    if (status !== 'accepted') continue
    // Removed users have no name any more, and cannot be invited.
    for (const person of participants)
      if (person.id !== userId && person.firstname && !people.has(person.id)) people.set(person.id, person)
  }
  return [...people.values()]
}
