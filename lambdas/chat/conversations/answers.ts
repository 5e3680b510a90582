import { notFound } from '../../../protocol/errors.ts'
import type { Conversation } from '../../../protocol/model.ts'
import type { StoredInvitation } from '../../model.ts'
import { dismissOnSight } from '../connections/dismiss-user.ts'
import type { RestDeps } from '../deps.ts'
import { ownConnection } from '../messages/send.ts'
import { type Push, pushToUsers } from '../push/push-to-users.ts'
import { conversationForEach } from './conversation.ts'
import { alreadyAnswered, type Caller, isOpen } from './invitations.ts'
import { joinGroup } from './join-group.ts'

/**
 * Accepts an invitation. The first of concurrent answers to commit wins. A repeated call returns the same conversation.
 */
export async function accept(deps: RestDeps, caller: Caller, id: string): Promise<Conversation> {
  const invitation = await requireInvitation(deps, caller.user, id)
  const isFirst = invitation.status === 'pending' && (await makeParticipant(deps, invitation, caller))
  const { conversation: conversation_id } = await requireAnswer(deps, id, 'accepted')
  if (conversation_id === undefined) throw alreadyAnswered()
  const views = await conversationForEach(deps, conversation_id, [invitation.from, caller.user])
  if (isFirst) await pushAcceptance(deps, invitation, caller, views)
  const conversation = views.get(caller.user)
  if (!conversation) throw notFound('conversation')
  return conversation
}

/**
 * Pushes the acceptance to the inviter, unless the inviter has left the group since, and the conversation to each new
 * participant. In a pair, both users are new participants.
 */
async function pushAcceptance(
  deps: RestDeps,
  { id, to, group }: StoredInvitation,
  { connection }: Caller,
  views: ReadonlyMap<string, Conversation>,
): Promise<void> {
  const pushes: Push[] = []
  for (const [user, conversation] of views) {
    const answered = { invitation_id: id, conversation_id: conversation.id }
    const except = user === to ? connection : undefined
    const added: Push = { user, push: { type: 'conversation_added', conversation }, except }
    if (user === to) {
      pushes.push(added, {
        user,
        push: { type: 'invitation_answered', status: 'accepted', ...answered },
        except,
      })
    } else {
      const fields = { ...answered, participant_id: to, conversation }
      pushes.push({ user, push: { type: 'invitation_accepted', ...fields } }, ...(group ? [] : [added]))
    }
  }
  await pushToUsers(deps, pushes)
}

/** Creates the conversation of two, or adds the user to the group. False if the invitation had already ended. */
async function makeParticipant(
  deps: RestDeps,
  invitation: StoredInvitation,
  { user, connection }: Caller,
): Promise<boolean> {
  const { group } = invitation
  const conversation = group?.id ?? deps.newId()
  const isFirst = group
    ? await joinGroup(deps, { ...invitation, group }, await ownConnection(deps, user, connection))
    : await deps.invitations.accept(invitation, conversation, new Date(deps.now()).toISOString())
  if (isFirst) deps.audit('membership_changed', { change: 'joined', user, conversation })
  return isFirst
}

/** Rejects an invitation. A repeated call gives the same answer. */
export async function reject(deps: RestDeps, { user, connection }: Caller, id: string): Promise<void> {
  const invitation = await requireInvitation(deps, user, id)
  if (invitation.status === 'pending' && (await deps.invitations.end(invitation, 'rejected'))) {
    const answer = { invitation_id: id, status: 'rejected' } as const
    await pushToUsers(deps, [
      { user: invitation.from, push: { type: 'invitation_rejected', invitation_id: id } },
      { user, push: { type: 'invitation_answered', ...answer }, except: connection },
    ])
    return
  }
  await requireAnswer(deps, id, 'rejected')
}

/**
 * An open or answered invitation to the user. For all other users, including the sender, the invitation does not exist.
 * For the invited user, it no longer exists once it has expired or was withdrawn, or once its sender is no longer an
 * administrator.
 */
async function requireInvitation(deps: RestDeps, user: string, id: string): Promise<StoredInvitation> {
  const invitation = await deps.invitations.find(id)
  if (invitation?.to !== user || invitation.status === 'withdrawn') throw notFound('invitation')
  if (invitation.status !== 'pending') return invitation
  const readAt = deps.now()
  const isFromAdmin = (await deps.users.find(invitation.from))?.role === 'admin'
  if (!isFromAdmin) await dismissOnSight(deps, [invitation.from], readAt)
  if (!isOpen(deps, invitation) || !isFromAdmin) throw notFound('invitation')
  return invitation
}

/** The invitation, if it was answered in this way. */
async function requireAnswer(
  deps: RestDeps,
  id: string,
  status: 'accepted' | 'rejected',
): Promise<StoredInvitation> {
  const ended = await deps.invitations.find(id)
  if (ended?.status === status) return ended
  if (ended?.status === 'accepted' || ended?.status === 'rejected') throw alreadyAnswered()
  throw notFound('invitation')
}
