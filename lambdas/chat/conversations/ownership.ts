import { ChatError } from '../../../protocol/errors.ts'
import type { ConversationHead, Group, Participant } from '../../model.ts'

type Participants = ReadonlyMap<string, Participant>

/**
 * The owner of a group: the stored one or, if that user is no longer a participant, the participant who joined first.
 * Undefined if there are no participants.
 */
export function ownerOf(group: Group, participants: Participants): string | undefined {
  const owner = storedOwner(group)
  return participants.has(owner) ? owner : longestParticipant(participants)
}

/** The field in which an entry records a new owner, given the participants after it. Empty if the owner stays. */
export function ownerChange(group: Group, participants: Participants): { readonly owner?: string } {
  const owner = ownerOf(group, participants)
  return owner === undefined || owner === storedOwner(group) ? {} : { owner }
}

/** Throws unless the user owns the group. */
export function requireOwner(
  { group, participants }: Pick<ConversationHead, 'group' | 'participants'>,
  user: string,
): Group {
  if (!group) throw new ChatError('bad_request', 'id: is a conversation of two')
  if (ownerOf(group, participants) !== user) {
    throw new ChatError('forbidden', 'only the owner of the group may do this')
  }
  return group
}

const storedOwner = ({ owner, creator }: Group) => owner ?? creator

/** The participant who joined first. Rows of an older version have no `seq` of the join; they come first, by id. */
function longestParticipant(participants: Participants): string | undefined {
  const byTime = [...participants.values()].sort(
    (a, b) => (a.joinedSeq ?? 0) - (b.joinedSeq ?? 0) || (a.user < b.user ? -1 : 1),
  )
  return byTime[0]?.user
}
