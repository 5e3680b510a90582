import { ChatError, notFound } from '../../../protocol/errors.ts'
import type { ConversationHead, GroupInvitation, ParticipantEntry } from '../../model.ts'
import type { RestDeps } from '../deps.ts'
import { claim } from '../entries/commit.ts'
import { sentByOthers } from '../entries/message.ts'
import { deliver } from '../push/deliver.ts'
import { entryPush } from '../push/push-frames.ts'

/**
 * Makes the invited user a participant as of the `seq` at which the others see it, with everything before
 * that marked as read. False if the invitation was answered before.
 */
export async function joinGroup(deps: RestDeps, invitation: GroupInvitation): Promise<boolean> {
  const { to: user, group } = invitation
  const head = await deps.conversations.head(group.id)
  if (!head) throw notFound('conversation')
  const newEntry = { kind: 'participant_joined' as const, sender: user }
  const done = await claim(deps, head, newEntry, async (placed, { last }) => {
    const readCursor = { readSeq: placed.seq, readOthers: sentByOthers(user, last) ?? 0 }
    return await deps.invitations.acceptInGroup(invitation, placed, readCursor)
  })
  if (done === 'refused') await deps.invitations.settleInGroup(invitation)
  else await pushToOthers(deps, head, done.entry)
  return done !== 'refused'
}

/** Removes a user from a group for good, as of the `seq` at which the others see it. */
export async function leaveGroup(deps: RestDeps, user: string, id: string): Promise<void> {
  const head = await deps.conversations.head(id)
  if (!head?.participants.has(user)) throw notFound('conversation')
  if (!head.group) throw new ChatError('bad_request', 'id: is a conversation of two')
  const newEntry = { kind: 'participant_left' as const, sender: user }
  const done = await claim(deps, head, newEntry, (placed) => deps.log.leave(id, placed))
  if (done === 'refused') throw notFound('conversation')
  await Promise.all([
    // Without the participant's row the connections receive nothing, whatever their own rows list.
    cleanUpSubscriptions(deps, user, id).catch(deps.report),
    pushToOthers(deps, head, done.entry),
  ])
}

async function cleanUpSubscriptions({ subscriptions, connections }: RestDeps, user: string, id: string) {
  const ids = (await connections.userConnections(user)).map((connection) => connection.id)
  await subscriptions.removeConversation(id, user, ids)
}

/** Never fails. */
async function pushToOthers(deps: RestDeps, head: ConversationHead, entry: ParticipantEntry): Promise<void> {
  const push = await entryPush(deps, head.id, entry).catch(deps.report)
  if (push) await deliver(deps, head, push, { via: 'rest' })
}
