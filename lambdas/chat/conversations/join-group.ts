import { notFound } from '../../../protocol/errors.ts'
import type { ConversationHead, GroupInvitation, ParticipantEntry } from '../../model.ts'
import type { RestDeps } from '../deps.ts'
import { claim } from '../entries/commit.ts'
import { sentByOthers } from '../entries/message.ts'
import { ownerChange } from './ownership.ts'
import { pushChange } from './push-change.ts'

/**
 * Makes the invited user a participant as of the entry that shows this to the others. Everything before that entry
 * counts as read. False if the invitation had already ended, or if the user is already a participant.
 */
export async function joinGroup(
  deps: RestDeps,
  invitation: GroupInvitation,
  connection?: string,
): Promise<boolean> {
  const { to: user, group } = invitation
  const head = await deps.conversations.head(group.id)
  if (!head) throw notFound('conversation')
  const newEntry = { kind: 'participant_joined' as const, sender: user }
  const done = await claim(deps, head, newEntry, async (placed, before) => {
    const readCursor = { readSeq: placed.seq, readOthers: sentByOthers(user, before.last) ?? 0 }
    return await deps.invitations.acceptInGroup(invitation, withOwner(placed, before), readCursor)
  })
  if (done === 'refused') await deps.invitations.settleInGroup(invitation)
  else await pushChange(deps, done.head, withOwner(done.entry, done.head), connection)
  return done !== 'refused'
}

/**
 * A user who joins a group without participants becomes its owner. Otherwise the owner is chosen without the new
 * participant, because earlier versions stored no new owner when the owner left.
 */
function withOwner(entry: ParticipantEntry, { group, participants }: ConversationHead): ParticipantEntry {
  if (!group) return entry
  if (participants.size === 0) return { ...entry, owner: entry.sender }
  return { ...entry, ...ownerChange(group, participants) }
}
