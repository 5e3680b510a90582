import type { CreateGroup } from '../../../protocol/endpoints/conversations.ts'
import { ChatError, notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Invitation } from '../../../protocol/model.ts'
import { TRANSACTION_MAX_ITEMS } from '../../limits.ts'
import type { ConversationHead, InvitedGroup, StoredInvitation, User } from '../../model.ts'
import type { RestDeps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { rateLimited } from '../rates.ts'
import { toInvitation } from './invitations.ts'

/** Invitations per transaction: four items each, with room for the four of the step and of a new group. */
const MAX_PER_STEP = TRANSACTION_MAX_ITEMS / 4 - 1

/**
 * Creates a group whose only member is the caller, and invites others. The first 24 are invited in the same
 * transaction, the rest in further steps.
 */
export async function createGroup(
  deps: RestDeps,
  creator: string,
  { title, user_ids, message }: CreateGroup,
): Promise<{ readonly id: string; readonly invitations: readonly Invitation[] }> {
  const users = without(user_ids, [creator])
  if (users.length === 0) throw new ChatError('bad_request', 'user_ids: names nobody but yourself')
  if (users.length >= limits.groupParticipants) throw tooManyParticipants()
  const { people, room } = await checkInvitees(deps, creator, users)
  if (users.length > room) throw tooManyOpen()

  const titled = title == null ? {} : { title }
  const group = { id: deps.newId(), ...titled }
  const createdAt = new Date(deps.now()).toISOString()
  const invitations = draft(deps, creator, group, users, message ?? '')
  const first = invitations.slice(0, MAX_PER_STEP)
  const newGroup = { creator, ...titled, createdAt }
  await deps.invitations.createInGroup({ group: group.id, step: 0 }, first, newGroup)
  // The group exists. Invitations that fail from here on are missing from the answer, and can be resent.
  const { stored, failure } = await store(deps, { group: group.id, step: 1 }, invitations, first.length)
  if (failure) deps.report(failure)
  return { id: group.id, invitations: await pushInvitations(deps, invitations.slice(0, stored), people) }
}

/** Stores the invitations after the first `from` step by step, until one step is refused or fails. */
async function store(
  deps: RestDeps,
  { group, step }: { readonly group: string; readonly step: number },
  invitations: readonly StoredInvitation[],
  from: number,
): Promise<{ readonly stored: number; readonly failure?: unknown }> {
  let stored = from
  try {
    for (let next = step; stored < invitations.length; next++) {
      const part = invitations.slice(stored, stored + MAX_PER_STEP)
      if (!(await deps.invitations.createInGroup({ group, step: next }, part))) break
      stored += part.length
    }
    return { stored }
  } catch (failure) {
    return { stored, failure }
  }
}

/** Invites users to a group. Skips participants, and returns the existing invitation of users who have one. */
export async function inviteToGroup(
  deps: RestDeps,
  user: string,
  id: string,
  { userIds, message }: { readonly userIds: readonly string[]; readonly message: string },
): Promise<readonly Invitation[]> {
  const head = await deps.conversations.head(id)
  if (!head?.participants.has(user)) throw notFound('conversation')
  const { group } = head
  if (!group) throw new ChatError('bad_request', 'id: is a conversation of two')
  if (group.creator !== user && head.participants.has(group.creator)) {
    throw new ChatError('forbidden', 'only the creator of the group may invite to it')
  }
  const requested = without(userIds, head.participants.keys())
  if (requested.length === 0) throw alreadyParticipants(head)
  const { people, room } = await checkInvitees(deps, user, requested)

  for (;;) {
    const { open, step } = await deps.invitations.openInGroup(id)
    // Read after the open invitations, so that a user who accepts in between is found in one of the two.
    const participants = await deps.conversations.participants(id)
    if (requested.every((other) => participants.has(other))) throw alreadyParticipants(head)
    const invitees = requested.filter((other) => !open.has(other) && !participants.has(other))
    if (invitees.length > room) throw tooManyOpen()
    if (participants.size + open.size + invitees.length > limits.groupParticipants) {
      throw tooManyParticipants()
    }
    const invitedGroup: InvitedGroup = { id, ...(group.title === undefined ? {} : { title: group.title }) }
    const invitations = draft(deps, user, invitedGroup, invitees, message)
    const { stored, failure } = await store(deps, { group: id, step }, invitations, 0)
    const shown = await pushInvitations(deps, invitations.slice(0, stored), people)
    if (failure) throw failure
    if (stored === invitations.length) {
      return [...(await openInvitations(deps, requested, open, people)), ...shown]
    }
    // A concurrent call has taken the step: read again what is stored now.
  }
}

/** The open invitations of these users. */
async function openInvitations(
  { invitations }: RestDeps,
  users: readonly string[],
  open: ReadonlyMap<string, string>,
  people: ReadonlyMap<string, User>,
): Promise<readonly Invitation[]> {
  const ids = users.flatMap((user) => open.get(user) ?? [])
  const found = await Promise.all(ids.map((id) => invitations.find(id)))
  return found.flatMap((invitation) => (invitation ? [toInvitation(invitation, people)] : []))
}

/** The profiles of these users and the inviter, and how many more the inviter may invite. Throws unless all are admins. */
async function checkInvitees(
  deps: RestDeps,
  from: string,
  users: readonly string[],
): Promise<{ readonly people: ReadonlyMap<string, User>; readonly room: number }> {
  const [people, sent] = await Promise.all([
    deps.users.findAll([from, ...users]),
    deps.invitations.open('SENT', from),
  ])
  if (users.some((user) => people.get(user)?.role !== 'admin')) throw notFound('user')
  const open = sent.filter(({ group }) => group !== undefined).length
  return { people, room: limits.pendingGroupInvitations - open }
}

function draft(
  deps: RestDeps,
  from: string,
  group: InvitedGroup,
  users: readonly string[],
  message: string,
): readonly StoredInvitation[] {
  const createdAt = new Date(deps.now()).toISOString()
  return users.map((to) => ({ id: deps.newId(), from, to, message, status: 'pending', createdAt, group }))
}

async function pushInvitations(
  deps: RestDeps,
  invitations: readonly StoredInvitation[],
  people: ReadonlyMap<string, User>,
): Promise<readonly Invitation[]> {
  const shown = invitations.map((stored) => ({ to: stored.to, invitation: toInvitation(stored, people) }))
  await pushToUsers(
    deps,
    shown.map(({ to, invitation }) => ({ user: to, push: { type: 'new_invitation', invitation } })),
  )
  return shown.map(({ invitation }) => invitation)
}

/** Each of the users once, without the excluded ones. */
function without(users: readonly string[], excluded: Iterable<string>): readonly string[] {
  const left = new Set(users)
  for (const user of excluded) left.delete(user)
  return [...left]
}

const tooManyOpen = () => rateLimited('open invitations', 60_000)

const tooManyParticipants = () =>
  new ChatError('bad_request', `user_ids: a group has at most ${limits.groupParticipants} participants`)

const alreadyParticipants = ({ id }: ConversationHead) =>
  new ChatError('conversation_exists', 'they are participants already', { details: { conversation_id: id } })
