import type { CreateGroup } from '../../../protocol/endpoints/conversations.ts'
import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Invitation } from '../../../protocol/model.ts'
import type { RestDeps } from '../deps.ts'
import type { Caller } from './invitations.ts'
import {
  draft,
  inviteMissing,
  MAX_PER_STEP,
  pushInvitations,
  requireAdmins,
  tooManyParticipants,
  without,
} from './invite-to-group.ts'
import { sendingLimits } from './sending-limits.ts'

/**
 * Creates a group whose only member is the caller, and invites others. The first 18 are invited in the same
 * transaction, the rest in further steps.
 */
export async function createGroup(
  deps: RestDeps,
  { user: creator, connection }: Caller,
  { title, user_ids, message }: Omit<CreateGroup, 'connection_id'>,
): Promise<{ readonly id: string; readonly invitations: readonly Invitation[] }> {
  const users = without(user_ids, [creator])
  if (users.length === 0) throw new ChatError('bad_request', 'user_ids: names nobody but yourself')
  if (users.length >= limits.groupParticipants) throw tooManyParticipants()
  const people = await requireAdmins(deps, creator, users)

  const titled = title == null ? {} : { title }
  const group = { id: deps.newId(), ...titled }
  const invitations = draft(deps, { from: creator, group, message: message ?? '' }, users)
  const [first, rest] = [invitations.slice(0, MAX_PER_STEP), invitations.slice(MAX_PER_STEP)]
  const newGroup = { creator, ...titled, createdAt: new Date(deps.now()).toISOString() }
  // Repeated if other invitations of the caller were stored since the limits were read.
  for (let isStored = false; !isStored; ) {
    const step = { group: group.id, step: 0, limits: await sendingLimits(deps, creator, invitations) }
    isStored = await deps.invitations.createInGroup(step, first, newGroup)
  }
  // The group exists. Invitations that fail from here on are missing from the answer, and can be resent.
  const { stored, failure } = await inviteMissing(deps, group.id, rest)
  if (failure) deps.report(failure)
  return { id: group.id, invitations: await pushInvitations(deps, [...first, ...stored], people, connection) }
}
