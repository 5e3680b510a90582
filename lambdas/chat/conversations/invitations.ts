import type { ListInvitationsQuery } from '../../../protocol/endpoints/invitations.ts'
import type { DataOf } from '../../../protocol/endpoints.ts'
import { ChatError, notFound } from '../../../protocol/errors.ts'
import type { Invitation } from '../../../protocol/model.ts'
import type { StoredInvitation } from '../../model.ts'
import { dismissOnSight } from '../connections/dismiss-user.ts'
import type { RestDeps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { openCursor, signCursor } from './page-cursor.ts'
import { sendingLimits } from './sending-limits.ts'
import { invitationPushes, toInvitation } from './show-invitation.ts'

/** The user who makes a call, and the user's own connection if the call names one. */
export interface Caller {
  readonly user: string
  readonly connection?: string | undefined
}

/** Invites a user to a conversation of two. Returns the open invitation if there is one, in either direction. */
export async function invite(
  deps: RestDeps,
  { user: from, connection }: Caller,
  to: string,
  message: string,
): Promise<Invitation> {
  if (from === to) throw new ChatError('bad_request', 'to_user_id: is your own')
  const people = await deps.users.findAll([from, to])
  if (people.get(to)?.role !== 'admin') throw notFound('user')

  for (;;) {
    // A refusal is thrown only once it is known that the two users have neither an open invitation nor a conversation.
    const limits = await sendingLimits(deps, from, [{ to }]).catch(refusal)
    const createdAt = new Date(deps.now()).toISOString()
    const invitation = { id: deps.newId(), from, to, message, status: 'pending' as const, createdAt }
    if (!(limits instanceof ChatError) && (await deps.invitations.create(invitation, limits))) {
      await pushToUsers(deps, invitationPushes(invitation, people, connection))
      return toInvitation(invitation, people, from)
    }
    const bond = await deps.invitations.bond(from, to)
    if (bond && 'conversation' in bond) {
      throw new ChatError('conversation_exists', 'you have a conversation with this user', {
        details: { conversation_id: bond.conversation },
      })
    }
    const existing = bond && (await deps.invitations.find(bond.invitation))
    if (existing && isOpen(deps, existing)) return toInvitation(existing, people, from)
    if (limits instanceof ChatError) throw limits
    if (existing) await clear(deps, existing)
    // The existing invitation has ended in the meantime, or the user has sent other invitations: read everything again.
  }
}

function refusal(error: unknown): ChatError {
  if (error instanceof ChatError) return error
  throw error
}

/** A page of the open invitations that a user has received, newest first. */
export async function receivedInvitations(
  deps: RestDeps,
  user: string,
  { limit, cursor }: ListInvitationsQuery,
): Promise<DataOf<'GET /api/admin/chat/invitations'>> {
  const scope = { list: 'invitations', user }
  let after = cursor === undefined ? undefined : await openCursor(deps.secrets, scope, cursor)
  const shown: { readonly position: string; readonly invitation: Invitation }[] = []
  for (let isLast = false; !isLast && shown.length <= limit; ) {
    const received = await deps.invitations.receivedBy(user, limit + 1, after)
    const stored = await deps.invitations.findAll(received.map(({ id }) => id))
    const readAt = deps.now()
    const people = await deps.users.findAll([...stored.values()].map(({ from }) => from))
    const isFromAdmin = ({ from }: StoredInvitation) => people.get(from)?.role === 'admin'
    const fromOthers = [...stored.values()].filter((invitation) => !isFromAdmin(invitation))
    await dismissOnSight(
      deps,
      fromOthers.map(({ from }) => from),
      readAt,
    )
    for (const { id, position } of received) {
      const invitation = stored.get(id)
      if (!invitation || !isOpen(deps, invitation) || !isFromAdmin(invitation)) continue
      shown.push({ position, invitation: toInvitation(invitation, people, user) })
    }
    isLast = received.length <= limit
    after = received.at(-1)?.position
  }
  const page = shown.slice(0, limit)
  const invitations = page.map(({ invitation }) => invitation)
  const last = page.at(-1)
  if (!last || shown.length <= limit) return { invitations }
  return { invitations, cursor: await signCursor(deps.secrets, scope, last.position) }
}

/** Withdraws an invitation. A repeated call gives the same answer. An answered invitation stays answered. */
export async function withdraw(deps: RestDeps, { user, connection }: Caller, id: string): Promise<void> {
  const invitation = await deps.invitations.find(id)
  if (invitation?.from !== user) throw notFound('invitation')
  if (isOpen(deps, invitation) && (await deps.invitations.end(invitation, 'withdrawn'))) {
    const push = { type: 'invitation_withdrawn', invitation_id: id } as const
    await pushToUsers(deps, [
      { user: invitation.to, push },
      { user, push, except: connection },
    ])
    return
  }
  const ended = await deps.invitations.find(id)
  if (ended?.status === 'accepted' || ended?.status === 'rejected') throw alreadyAnswered()
  if (ended?.status !== 'withdrawn') throw notFound('invitation')
}

/** Whether an invitation can still be answered. */
export const isOpen = ({ now }: Pick<RestDeps, 'now'>, { status, expiresAt }: StoredInvitation) =>
  status === 'pending' && expiresAt > now()

/** Withdraws an expired invitation that an older version stored, so that a new one can take its place. */
export async function clear(deps: RestDeps, invitation: StoredInvitation): Promise<void> {
  if (invitation.status === 'pending' && !isOpen(deps, invitation)) {
    await deps.invitations.end(invitation, 'withdrawn')
  }
}

export const alreadyAnswered = () =>
  new ChatError('already_answered', 'this invitation was already answered differently')
