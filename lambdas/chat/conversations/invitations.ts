import { ChatError, notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Conversation, Invitation } from '../../../protocol/model.ts'
import type { StoredInvitation } from '../../stores/invitations.ts'
import type { User } from '../../stores/users.ts'
import type { Deps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { rateLimited } from '../rates.ts'
import { conversationFor } from './conversation.ts'
import { joinGroup } from './membership.ts'
import { toPerson } from './people.ts'

type Needs = Omit<Deps, 'handshakes' | 'sweepSchedule' | 'secrets'>

/** Invites, or finds the invitation that is open between the two in either direction. */
export async function invite(deps: Needs, from: string, to: string, message: string): Promise<Invitation> {
  if (from === to) throw new ChatError('bad_request', 'to_user_id: is yourself')
  const people = await deps.users.findAll([from, to])
  if (people.get(to)?.role !== 'admin') throw notFound('user')

  const open = (await deps.invitations.open('SENT', from)).filter(({ group }) => group === undefined)
  // Where something stands between the two already, nothing new is opened.
  const isFull = open.length >= limits.pendingInvitations && !(await deps.invitations.bond(from, to))
  if (isFull) throw rateLimited('open invitations', 60_000)

  for (;;) {
    const invitation: StoredInvitation = {
      id: deps.newId(),
      from,
      to,
      message,
      status: 'pending',
      createdAt: new Date(deps.now()).toISOString(),
    }
    if (await deps.invitations.create(invitation)) {
      const shown = toInvitation(invitation, people)
      await pushToUsers(deps, [{ user: to, push: { type: 'new_invitation', invitation: shown } }])
      return shown
    }
    const bond = await deps.invitations.bond(from, to)
    if (bond && 'conversation' in bond) {
      throw new ChatError('conversation_exists', 'you have a conversation with this user', {
        details: { conversation_id: bond.conversation },
      })
    }
    const standing = bond && (await deps.invitations.find(bond.invitation))
    if (standing?.status === 'pending') return toInvitation(standing, people)
    // It was answered in between: nothing stands in the way any more, or a conversation does.
  }
}

export async function receivedInvitations(
  deps: Pick<Deps, 'invitations' | 'users'>,
  user: string,
): Promise<readonly Invitation[]> {
  const open = await deps.invitations.open('RECEIVED', user)
  const people = await deps.users.findAll(open.map(({ from }) => from))
  return open.map((invitation) => toInvitation(invitation, people))
}

/** Accepts; of concurrent answers the first one to commit stands, and repeating it gives the same result. */
export async function accept(deps: Needs, user: string, id: string): Promise<Conversation> {
  const invitation = await answerable(deps, user, id)
  const mine = invitation.status === 'pending' && (await become(deps, invitation))
  const answered = await deps.invitations.find(id)
  if (answered?.status !== 'accepted' || answered.conversation === undefined) throw alreadyAnswered()

  const conversation_id = answered.conversation
  if (mine) await tellInviter(deps, invitation, conversation_id)
  return await conversationFor(deps, conversation_id, user)
}

/** Tells the inviter, unless they have left since; never fails what was accepted. */
async function tellInviter(deps: Needs, { id, from, to }: StoredInvitation, conversation_id: string) {
  try {
    const conversation = await conversationFor(deps, conversation_id, from)
    const about = { invitation_id: id, conversation_id, participant_id: to, conversation }
    await pushToUsers(deps, [{ user: from, push: { type: 'invitation_accepted', ...about } }])
  } catch (error) {
    if (!(error instanceof ChatError)) deps.report(error)
  }
}

/** Makes the user a participant of the pair or the group; false if the invitation was answered before. */
async function become(deps: Needs, invitation: StoredInvitation): Promise<boolean> {
  const { group } = invitation
  if (group) return await joinGroup(deps, { ...invitation, group })
  return await deps.invitations.accept(invitation, deps.newId(), new Date(deps.now()).toISOString())
}

export async function reject(deps: Needs, user: string, id: string): Promise<void> {
  const invitation = await answerable(deps, user, id)
  if (invitation.status === 'pending' && (await deps.invitations.reject(invitation))) {
    await pushToUsers(deps, [
      { user: invitation.from, push: { type: 'invitation_rejected', invitation_id: id } },
    ])
    return
  }
  if ((await deps.invitations.find(id))?.status !== 'rejected') throw alreadyAnswered()
}

/** Only the invited user can answer; to everybody else, its sender too, it does not exist. */
async function answerable(deps: Needs, user: string, id: string): Promise<StoredInvitation> {
  const invitation = await deps.invitations.find(id)
  if (invitation?.to !== user) throw notFound('invitation')
  return invitation
}

const alreadyAnswered = () => new ChatError('already_answered', 'this invitation was answered otherwise')

export const toInvitation = (stored: StoredInvitation, people: ReadonlyMap<string, User>): Invitation => ({
  id: stored.id,
  from_user: toPerson(stored.from, people.get(stored.from)),
  message: stored.message,
  status: stored.status,
  created_at: stored.createdAt,
  ...(stored.group ? { conversation_id: stored.group.id } : {}),
  ...(stored.group?.title === undefined ? {} : { title: stored.group.title }),
})
