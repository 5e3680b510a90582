import { ChatError, notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Conversation, Invitation } from '../../../protocol/model.ts'
import type { StoredInvitation, User } from '../../model.ts'
import type { RestDeps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { rateLimited } from '../rates.ts'
import { conversationFor } from './conversation.ts'
import { joinGroup } from './membership.ts'
import { toPerson } from './people.ts'

/** Invites a user to a conversation of two. Returns the open invitation if there is one, in either direction. */
export async function invite(deps: RestDeps, from: string, to: string, message: string): Promise<Invitation> {
  if (from === to) throw new ChatError('bad_request', 'to_user_id: is yourself')
  const people = await deps.users.findAll([from, to])
  if (people.get(to)?.role !== 'admin') throw notFound('user')

  const open = (await deps.invitations.open('SENT', from)).filter(({ group }) => group === undefined)
  // The limit does not apply if the two already have an invitation or a conversation: then nothing is created.
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
    const existing = bond && (await deps.invitations.find(bond.invitation))
    if (existing?.status === 'pending') return toInvitation(existing, people)
    // It was answered in the meantime: now there is a conversation, or nothing.
  }
}

export async function receivedInvitations(deps: RestDeps, user: string): Promise<readonly Invitation[]> {
  const open = await deps.invitations.open('RECEIVED', user)
  const people = await deps.users.findAll(open.map(({ from }) => from))
  return open.map((invitation) => toInvitation(invitation, people))
}

/** Accepts an invitation. Of concurrent answers the first commit wins; repeating it returns the same conversation. */
export async function accept(deps: RestDeps, user: string, id: string): Promise<Conversation> {
  const invitation = await requireInvitation(deps, user, id)
  const isFirst = invitation.status === 'pending' && (await makeParticipant(deps, invitation))
  const answered = await deps.invitations.find(id)
  if (answered?.status !== 'accepted' || answered.conversation === undefined) throw alreadyAnswered()

  const conversation_id = answered.conversation
  if (isFirst) await pushAcceptance(deps, invitation, conversation_id)
  return await conversationFor(deps, conversation_id, user)
}

/** Notifies the inviter, unless they have left the group since. Never fails. */
async function pushAcceptance(deps: RestDeps, { id, from, to }: StoredInvitation, conversation_id: string) {
  try {
    const conversation = await conversationFor(deps, conversation_id, from)
    const fields = { invitation_id: id, conversation_id, participant_id: to, conversation }
    await pushToUsers(deps, [{ user: from, push: { type: 'invitation_accepted', ...fields } }])
  } catch (error) {
    if (!(error instanceof ChatError)) deps.report(error)
  }
}

/** Creates the conversation of two, or adds the user to the group. False if the invitation was answered before. */
async function makeParticipant(deps: RestDeps, invitation: StoredInvitation): Promise<boolean> {
  const { group } = invitation
  if (group) return await joinGroup(deps, { ...invitation, group })
  return await deps.invitations.accept(invitation, deps.newId(), new Date(deps.now()).toISOString())
}

export async function reject(deps: RestDeps, user: string, id: string): Promise<void> {
  const invitation = await requireInvitation(deps, user, id)
  if (invitation.status === 'pending' && (await deps.invitations.reject(invitation))) {
    await pushToUsers(deps, [
      { user: invitation.from, push: { type: 'invitation_rejected', invitation_id: id } },
    ])
    return
  }
  if ((await deps.invitations.find(id))?.status !== 'rejected') throw alreadyAnswered()
}

/** Only the invited user may answer. For anyone else, the sender included, the invitation does not exist. */
async function requireInvitation(deps: RestDeps, user: string, id: string): Promise<StoredInvitation> {
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
