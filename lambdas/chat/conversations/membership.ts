import { ChatError, notFound } from '../../../protocol/errors.ts'
import type { ConversationHead } from '../../stores/conversations.ts'
import { participantRows } from '../../stores/conversations.ts'
import type { InvitedGroup, StoredInvitation } from '../../stores/invitations.ts'
import type { ParticipantEntry } from '../../stores/log.ts'
import type { Deps } from '../deps.ts'
import { claim } from '../entries/commit.ts'
import { sentByOthers } from '../entries/message.ts'
import { deliver } from '../push/deliver.ts'
import { entryPush } from '../push/push-frames.ts'
import { toPerson } from './people.ts'

type Needs = Omit<Deps, 'handshakes' | 'sweepSchedule' | 'secrets'>

/**
 * Makes the invited user a participant, at the place in the log where the others see it, having read all before.
 * False if the invitation was answered before.
 */
export async function joinGroup(
  deps: Needs,
  invitation: StoredInvitation & { readonly group: InvitedGroup },
): Promise<boolean> {
  const { to: user, group } = invitation
  const [head, profile] = await Promise.all([deps.conversations.head(group.id), deps.users.find(user)])
  if (!head) throw notFound('conversation')
  const said = { kind: 'participant_joined' as const, sender: user, person: toPerson(user, profile) }
  const entry = await claim(deps, head, said, async (placed, { last }) => {
    const read = { readSeq: placed.seq, readOthers: sentByOthers(user, last) ?? 0 }
    const rows = participantRows(group.id, user, placed.createdAt, read)
    const acceptance = deps.invitations.acceptanceInGroup(invitation, rows)
    const outcome = await deps.log.claimWith(group.id, placed, acceptance)
    return outcome === 'stored' ? placed : outcome === 'refused' ? undefined : outcome
  })
  if (entry) await tellOthers(deps, head, entry)
  else await deps.invitations.settleInGroup(invitation)
  return entry !== undefined
}

/** Takes a user out of a group for good, at the place in the log where the others see it. */
export async function leaveGroup(deps: Needs, user: string, id: string): Promise<void> {
  const [head, profile] = await Promise.all([deps.conversations.head(id), deps.users.find(user)])
  if (!head?.participants.has(user)) throw notFound('conversation')
  if (!head.group) throw new ChatError('bad_request', 'id: is a conversation of two')
  const said = { kind: 'participant_left' as const, sender: user, person: toPerson(user, profile) }
  const entry = await claim(deps, head, said, async (placed) => {
    const outcome = await deps.log.leave(id, placed)
    if (outcome === 'refused') throw notFound('conversation')
    return outcome === 'stored' ? placed : outcome
  })
  await Promise.all([removeConversation(deps, user, id), tellOthers(deps, head, entry)])
}

/** Who has left hears nothing whatever stands on the connections: this is cleaning up, and fails nothing. */
async function removeConversation({ subscriptions, connections, report }: Needs, user: string, id: string): Promise<void> {
  try {
    const channel = await connections.userConnections(user)
    await subscriptions.removeConversation(
      id,
      user,
      channel.map((one) => one.id),
    )
  } catch (error) {
    report(error)
  }
}

/** Never fails what was stored. */
async function tellOthers(deps: Needs, head: ConversationHead, entry: ParticipantEntry): Promise<void> {
  try {
    await deliver(deps, head, await entryPush(deps, head.id, entry), { via: 'rest' })
  } catch (error) {
    deps.report(error)
  }
}
