import { createHash } from 'node:crypto'
import type { CreateGroup } from '../../../protocol/endpoints/conversations.ts'
import { ChatError, notFound } from '../../../protocol/errors.ts'
import { canonicalJson } from '../../../protocol/json.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Conversation, Invitation } from '../../../protocol/model.ts'
import type { GroupRequest, NewInvitation } from '../../model.ts'
import type { RestDeps } from '../deps.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { conversationFor } from './conversation.ts'
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
import { ownerOf } from './ownership.ts'
import { sendingLimits } from './sending-limits.ts'
import { toInvitation } from './show-invitation.ts'

/** Invitation ids are as long as all other ids. */
const ID_LENGTH = 22
/**
 * For how long a repeated call stores missing invitations. No invitation expires sooner, so an invitation that has
 * expired and was removed is not mistaken for a missing one.
 */
const COMPLETION_MS = 86_400_000

interface Created {
  readonly id: string
  readonly conversation: Conversation
  readonly invitations: readonly Invitation[]
}

/** The content of a call, after it was checked. */
interface Order {
  readonly caller: Caller
  readonly users: readonly string[]
  readonly titled: { readonly title?: string }
  readonly message: string
  /** Absent without a `client_request_id`: then the call cannot be repeated. */
  readonly request?: GroupRequest
}

/**
 * Creates a group whose only participant is the caller, and invites others. A repeated call with the same
 * `client_request_id` returns the same group, and stores the invitations that are missing because the first call
 * crashed.
 */
export async function createGroup(
  deps: RestDeps,
  caller: Caller,
  body: Omit<CreateGroup, 'connection_id'>,
): Promise<Created> {
  const order = toOrder(caller, body)
  const { request } = order
  for (;;) {
    const earlier = request && (await deps.invitations.groupRequested(request))
    if (earlier && earlier.hash !== request?.hash) throw usedForAnother()
    const created = earlier ? await complete(deps, order, earlier.group) : await create(deps, order)
    if (created) return created
    // A concurrent call has used the same key, or has stored other invitations of the caller: read again.
  }
}

function toOrder(
  caller: Caller,
  { title, user_ids, message, client_request_id: id }: Omit<CreateGroup, 'connection_id'>,
): Order {
  const users = without(user_ids, [caller.user])
  if (users.length === 0) throw new ChatError('bad_request', 'user_ids: must name at least one other user')
  if (users.length >= limits.groupParticipants) throw tooManyParticipants()
  const hash = hashOf(canonicalJson([title ?? null, user_ids, message ?? '']))
  return {
    caller,
    users,
    titled: title == null ? {} : { title },
    message: message ?? '',
    ...(id === undefined ? {} : { request: { user: caller.user, id, hash } }),
  }
}

/**
 * The first 18 users are invited in the transaction that creates the group, the rest in further steps. Resolves with
 * undefined if that transaction has to be repeated.
 */
async function create(deps: RestDeps, order: Order): Promise<Created | undefined> {
  const { caller, users, titled, request } = order
  const { user: creator, connection } = caller
  const people = await requireAdmins(deps, creator, users)
  const id = deps.newId()
  const invitations = invitationsTo(deps, order, id, users)
  const [first, rest] = [invitations.slice(0, MAX_PER_STEP), invitations.slice(MAX_PER_STEP)]
  const createdAt = new Date(deps.now()).toISOString()
  const newGroup = { creator, ...titled, createdAt, ...(request ? { request } : {}) }
  const step = { group: id, step: 0, limits: await sendingLimits(deps, creator, invitations) }
  if (!(await deps.invitations.createInGroup(step, first, newGroup))) return undefined
  deps.audit('membership_changed', { change: 'created', user: creator, conversation: id })

  const conversation = await conversationFor(deps, id, creator)
  const added = { type: 'conversation_added', conversation } as const
  await pushToUsers(deps, [{ user: creator, push: added, except: connection }])
  const { stored, failure } = await inviteMissing(deps, id, rest)
  const shown = await pushInvitations(deps, [...first, ...stored], people, connection)
  // The group exists. Without a key, the call cannot be repeated, so it succeeds: the answer lacks the invitations that
  // failed, and the caller can send them separately.
  if (failure && request) throw failure
  if (failure) deps.report(failure)
  return { id, conversation, invitations: shown }
}

/**
 * Answers a repeated call like the first one. If the caller still owns the group, this also stores the invitations that
 * the first call did not store.
 */
async function complete(deps: RestDeps, order: Order, id: string): Promise<Created> {
  const { caller, users } = order
  const head = await deps.conversations.head(id)
  if (!head?.group || !head.participants.has(caller.user)) throw notFound('conversation')
  const isNew = deps.now() - Date.parse(head.createdAt) < COMPLETION_MS
  const mayInvite = isNew && ownerOf(head.group, head.participants) === caller.user
  const people = await deps.users.findAll([caller.user, ...users])
  const found = await deps.invitations.findAll(users.map((user) => invitationId(id, user)))
  const isMissing = (user: string) => !found.has(invitationId(id, user)) && people.get(user)?.role === 'admin'
  const missing = invitationsTo(deps, order, id, mayInvite ? users.filter(isMissing) : [])
  const { stored, failure } = await inviteMissing(deps, id, missing)
  const added = await pushInvitations(deps, stored, people, caller.connection)
  if (failure) throw failure
  const conversation = await conversationFor(deps, id, caller.user)
  const others = missing.filter(
    (invitation) => !stored.some(({ id: storedId }) => storedId === invitation.id),
  )
  const concurrent = await deps.invitations.findAll(others.map((invitation) => invitation.id))
  const earlier = [...found.values(), ...concurrent.values()].map((invitation) =>
    toInvitation(invitation, people, caller.user),
  )
  return { id, conversation, invitations: [...earlier, ...added] }
}

const invitationsTo = (
  deps: RestDeps,
  { caller, titled, message }: Order,
  id: string,
  users: readonly string[],
): readonly NewInvitation[] =>
  draft(deps, { from: caller.user, group: { id, ...titled }, message }, users, (user) =>
    invitationId(id, user),
  )

/** Derived from the group and the user, so that a repeated call finds the invitation. */
const invitationId = (group: string, user: string) => hashOf(`${group} ${user}`).slice(0, ID_LENGTH)

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

const usedForAnother = () =>
  new ChatError('idempotency_conflict', 'client_request_id: was used for another group')
