import { ChatError, notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Invitation } from '../../../protocol/model.ts'
import type { NewInvitation, User } from '../../model.ts'
import { TRANSACTION_MAX_ITEMS } from '../../platform-limits.ts'
import type { RestDeps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { type Caller, clear, isOpen } from './invitations.ts'
import { requireOwner } from './ownership.ts'
import { sendingLimits } from './sending-limits.ts'
import { invitationPushes, toInvitation } from './show-invitation.ts'

/** Invitations per transaction. Each takes five items; the rest is for the two counts and the rows of a new group. */
export const MAX_PER_STEP = TRANSACTION_MAX_ITEMS / 5 - 2

/** Invites users to a group. Skips participants, and returns the existing invitation of users who have one. */
export async function inviteToGroup(
  deps: RestDeps,
  { user, connection }: Caller,
  id: string,
  { userIds, message }: { readonly userIds: readonly string[]; readonly message: string },
): Promise<readonly Invitation[]> {
  const head = await deps.conversations.head(id)
  if (!head?.participants.has(user)) throw notFound('conversation')
  const { title } = requireOwner(head, user)
  const requested = without(userIds, head.participants.keys())
  if (requested.length === 0) throw alreadyParticipants(id)
  const people = await requireAdmins(deps, user, requested)
  const group = { id, ...(title === undefined ? {} : { title }) }
  const invitations = draft(deps, { from: user, group, message }, requested)
  const { stored, existing, failure } = await inviteMissing(deps, id, invitations)
  const shown = await pushInvitations(deps, stored, people, connection)
  if (failure) throw failure
  if (existing.length + stored.length === 0) throw alreadyParticipants(id)
  return [...(await showExisting(deps, user, existing, people)), ...shown]
}

interface Invited {
  /** The invitations that were stored, even if others failed. */
  readonly stored: readonly NewInvitation[]
  /** The ids of the invitations that had been stored before. */
  readonly existing: readonly string[]
  readonly failure?: unknown
}

/** Stores invitations to a group, step by step. Skips users who are participants or already invited. Never rejects. */
export async function inviteMissing(
  deps: RestDeps,
  group: string,
  invitations: readonly NewInvitation[],
): Promise<Invited> {
  const stored = new Map<string, NewInvitation>()
  /** Ids in use: these invitations may have ended, and are not stored again. */
  const used = new Set<string>()
  if (invitations.length === 0) return { stored: [], existing: [] }
  try {
    for (;;) {
      const now = deps.now()
      const { open, step } = await openInGroup(deps, group, now)
      // Read after the open invitations, so that a user who accepts in between is found in one of the two.
      const participants = await deps.conversations.participants(group)
      const missing = invitations.filter(
        ({ id, to }) => !used.has(id) && !open.has(to) && !participants.has(to),
      )
      const [first] = missing
      if (!first) {
        const existing = invitations.flatMap(({ to }) => open.get(to) ?? []).filter((id) => !stored.has(id))
        return { stored: [...stored.values()], existing }
      }
      if (participants.size + open.size + missing.length > limits.groupParticipants)
        throw tooManyParticipants()
      const sending = await sendingLimits(deps, first.from, missing)
      // Dated with the time at which the open invitations were read, so that read and write agree on which have
      // expired.
      const createdAt = new Date(now).toISOString()
      const next = missing.slice(0, MAX_PER_STEP).map((invitation) => ({ ...invitation, createdAt }))
      if (await deps.invitations.createInGroup({ group, step, limits: sending }, next)) {
        for (const invitation of next) stored.set(invitation.id, invitation)
        for (const { id } of next) used.add(id)
      } else {
        // A concurrent call was faster: read again what is stored now.
        for (const id of (await deps.invitations.findAll(next.map(({ id }) => id))).keys()) used.add(id)
      }
    }
  } catch (failure) {
    return { stored: [...stored.values()], existing: [], failure }
  }
}

/** The open invitations to a group. Removes those that an older version stored and that have expired. */
export async function openInGroup(deps: RestDeps, group: string, now: number) {
  const read = await deps.invitations.openInGroup(group, now)
  const undated = await deps.invitations.findAll(read.undated)
  const expired = [...undated.values()].filter((invitation) => !isOpen(deps, invitation))
  if (expired.length === 0) return read
  for (const invitation of expired) await clear(deps, invitation)
  return await deps.invitations.openInGroup(group, now)
}

/** Open invitations that were sent before, perhaps by others. */
async function showExisting(
  deps: RestDeps,
  reader: string,
  ids: readonly string[],
  invitees: ReadonlyMap<string, User>,
): Promise<readonly Invitation[]> {
  const found = [...(await deps.invitations.findAll(ids)).values()]
  const inviters = await deps.users.findAll(found.map(({ from }) => from))
  return found.map((invitation) => toInvitation(invitation, new Map([...invitees, ...inviters]), reader))
}

/** The profiles of these users and the inviter. Throws unless all users are administrators. */
export async function requireAdmins(
  deps: RestDeps,
  from: string,
  users: readonly string[],
): Promise<ReadonlyMap<string, User>> {
  const people = await deps.users.findAll([from, ...users])
  if (users.some((user) => people.get(user)?.role !== 'admin')) throw notFound('user')
  return people
}

/** Pending invitations of these users, with the fields that they have in common. */
export function draft(
  deps: RestDeps,
  common: Required<Pick<NewInvitation, 'from' | 'group' | 'message'>>,
  users: readonly string[],
  idFor: (user: string) => string = deps.newId,
): readonly NewInvitation[] {
  const createdAt = new Date(deps.now()).toISOString()
  return users.map((to) => ({ ...common, id: idFor(to), to, status: 'pending', createdAt }))
}

export async function pushInvitations(
  deps: RestDeps,
  invitations: readonly NewInvitation[],
  people: ReadonlyMap<string, User>,
  connection: string | undefined,
): Promise<readonly Invitation[]> {
  const pushes = invitations.flatMap((invitation) => invitationPushes(invitation, people, connection))
  await pushToUsers(deps, pushes)
  return invitations.map((invitation) => toInvitation(invitation, people, invitation.from))
}

/** Each of the users once, without the excluded ones. */
export function without(users: readonly string[], excluded: Iterable<string>): readonly string[] {
  const left = new Set(users)
  for (const user of excluded) left.delete(user)
  return [...left]
}

export const tooManyParticipants = () =>
  new ChatError('bad_request', `user_ids: a group has at most ${limits.groupParticipants} participants`)

const alreadyParticipants = (conversation_id: string) =>
  new ChatError('conversation_exists', 'all of these users are already participants', {
    details: { conversation_id },
  })
