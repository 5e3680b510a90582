import { ChatError, notFound } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Invitation } from '../../../protocol/model.ts'
import type { CreateGroup } from '../../../protocol/endpoints/conversations.ts'
import { type ConversationHead, newConversationRows } from '../../stores/conversations.ts'
import type { InvitedGroup, StoredInvitation } from '../../stores/invitations.ts'
import type { User } from '../../stores/users.ts'
import type { Forgetting } from '../connections/cleanup.ts'
import type { Deps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { rateLimited } from '../rates.ts'
import { toInvitation } from './invitations.ts'

type Needs = Forgetting & Pick<Deps, 'conversations' | 'invitations' | 'users' | 'poster' | 'newId'>

/** DynamoDB's limit on items in a transaction, four for each invitation, with room for the group itself. */
const TOGETHER = 24

/** Makes a group of its creator alone and invites others; those beyond the first 24 in further steps. */
export async function createGroup(
  deps: Needs,
  creator: string,
  { title, user_ids, message }: CreateGroup,
): Promise<{ readonly id: string; readonly invitations: readonly Invitation[] }> {
  const users = distinct(user_ids, [creator])
  if (users.length === 0) throw new ChatError('bad_request', 'user_ids: names nobody but yourself')
  if (users.length >= limits.groupParticipants) throw tooMany()
  const { people, room } = await invitable(deps, creator, users)
  if (users.length > room) throw tooManyOpen()

  const group = { id: deps.newId(), ...(title == null ? {} : { title }) }
  const now = new Date(deps.now()).toISOString()
  const rows = newConversationRows(group.id, [creator], now, {
    creator,
    ...(title == null ? {} : { title }),
  })
  const invitations = draft(deps, creator, group, users, message ?? '')
  await deps.invitations.createInGroup({ group: group.id, step: 0 }, invitations.slice(0, TOGETHER), rows)
  const first = Math.min(TOGETHER, invitations.length)
  // The group stands; if it lacks somebody, the answer shows it, and they may be invited again.
  const { stored, failure } = await store(deps, { group: group.id, step: 1 }, invitations, first)
  if (failure) deps.report(failure)
  return { id: group.id, invitations: await tell(deps, invitations.slice(0, stored), people) }
}

/** Stores what is left of the invitations, step by step, until one is refused or fails. */
async function store(
  deps: Needs,
  { group, step }: { readonly group: string; readonly step: number },
  invitations: readonly StoredInvitation[],
  from: number,
): Promise<{ readonly stored: number; readonly failure?: unknown }> {
  let stored = from
  try {
    for (let next = step; stored < invitations.length; next++) {
      const part = invitations.slice(stored, stored + TOGETHER)
      if (!(await deps.invitations.createInGroup({ group, step: next }, part))) break
      stored += part.length
    }
    return { stored }
  } catch (failure) {
    return { stored, failure }
  }
}

/** Invites further people; those who are invited already get no second invitation, and nobody who is in one. */
export async function inviteToGroup(
  deps: Needs,
  user: string,
  id: string,
  { userIds, message }: { readonly userIds: readonly string[]; readonly message: string },
): Promise<readonly Invitation[]> {
  const head = await deps.conversations.head(id)
  if (!head?.participants.has(user)) throw notFound('conversation')
  const { group } = head
  if (!group) throw new ChatError('bad_request', 'id: is a conversation of two')
  if (group.creator !== user && head.participants.has(group.creator)) {
    throw new ChatError('forbidden', 'only who made the group may invite to it')
  }
  const wanted = distinct(userIds, head.participants.keys())
  if (wanted.length === 0) throw alreadyIn(head)
  const { people, room } = await invitable(deps, user, wanted)

  for (;;) {
    const { open, step } = await deps.invitations.openInGroup(id)
    // After the open ones: who accepts in between is in one of the two.
    const participants = await deps.conversations.participants(id)
    if (wanted.every((one) => participants.has(one))) throw alreadyIn(head)
    const fresh = wanted.filter((one) => !open.has(one) && !participants.has(one))
    if (fresh.length > room) throw tooManyOpen()
    if (participants.size + open.size + fresh.length > limits.groupParticipants) throw tooMany()
    const invited: InvitedGroup = { id, ...(group.title === undefined ? {} : { title: group.title }) }
    const invitations = draft(deps, user, invited, fresh, message)
    const { stored, failure } = await store(deps, { group: id, step }, invitations, 0)
    const told = await tell(deps, invitations.slice(0, stored), people)
    if (failure) throw failure
    // Otherwise somebody was invited in between: what stands now is looked at again.
    if (stored === invitations.length) return [...(await standing(deps, wanted, open, people)), ...told]
  }
}

/** The open invitations of these users, as they stand. */
async function standing(
  { invitations }: Needs,
  users: readonly string[],
  open: ReadonlyMap<string, string>,
  people: ReadonlyMap<string, User>,
): Promise<readonly Invitation[]> {
  const ids = users.flatMap((user) => open.get(user) ?? [])
  const found = await Promise.all(ids.map((id) => invitations.find(id)))
  return found.flatMap((invitation) => (invitation ? [toInvitation(invitation, people)] : []))
}

/** These users and the inviter, and how many more may be invited. Throws where one is no administrator. */
async function invitable(
  deps: Needs,
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
  deps: Needs,
  from: string,
  group: InvitedGroup,
  users: readonly string[],
  message: string,
): readonly StoredInvitation[] {
  const createdAt = new Date(deps.now()).toISOString()
  return users.map((to) => ({ id: deps.newId(), from, to, message, status: 'pending', createdAt, group }))
}

async function tell(
  deps: Needs,
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

function distinct(users: readonly string[], but: Iterable<string>): readonly string[] {
  const left = new Set(users)
  for (const user of but) left.delete(user)
  return [...left]
}

const tooManyOpen = () => rateLimited('open invitations', 60_000)

const tooMany = () =>
  new ChatError('bad_request', `user_ids: a group has at most ${limits.groupParticipants} participants`)

const alreadyIn = ({ id }: ConversationHead) =>
  new ChatError('conversation_exists', 'they are participants already', { details: { conversation_id: id } })
