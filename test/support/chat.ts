import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { restHandlers } from '../../lambdas/rest/handlers.ts'
import type { UserStore } from '../../lambdas/stores/users.ts'
import { rig } from './interleave.ts'
import { type Frame, openSocket, type Socket } from './socket.ts'
import { openStores } from './stores.ts'
import { tokenFor } from './tokens.ts'

/** A stored administrator, and the ways a test can act as this user. */
export interface Admin {
  readonly id: string
  readonly token: string
  /** Opens a connection and authenticates it. */
  connect(): Promise<Socket & { readonly connectionId: string }>
  /** Calls a REST route below `/api/admin/chat` with the token. */
  call(method: string, path: string, body?: object | string): Promise<RestAnswer>
}

export interface RestAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Frame
}

const chat = '/api/admin/chat'
let users: UserStore | undefined
let handlers: ReturnType<typeof restHandlers> | undefined

/**
 * The handlers of the REST routes in this process, on the stores of the running chat. What a test needs before it begins
 * is made with them, because a call over REST takes several times as long. They push nothing.
 */
const inProcess = () => (handlers ??= restHandlers(rig().deps))

/** Stores a user, an administrator unless the role says otherwise. */
export const anAdmin = async (name = 'admin', role = 'admin'): Promise<Admin> =>
  await adminWithId(`${name}-${randomBytes(6).toString('hex')}@example.org`, name, role)

/** Stores a user with a given id. */
export async function adminWithId(id: string, name = 'hostile', role = 'admin'): Promise<Admin> {
  users ??= openStores().users
  await users.importUsers([{ id, firstname: name, lastname: 'Test', email: id, role }])
  const token = tokenFor(id)
  return {
    id,
    token,
    async connect() {
      const socket = await openSocket()
      const { connection_id } = await socket.ask({ type: 'authenticate', token })
      return Object.assign(socket, { connectionId: String(connection_id) })
    },
    call: (method, path, body) => rest(method, chat + path, { authorization: `Bearer ${token}` }, body),
  }
}

/** Stores several administrators and returns them by first name. */
export async function admins<Name extends string>(...names: readonly Name[]): Promise<Record<Name, Admin>> {
  const named = await Promise.all(names.map(async (name) => [name, await anAdmin(name)] as const))
  return Object.fromEntries(named) as Record<Name, Admin>
}

/** Stores `count` new administrators and returns their ids. */
export async function adminIds(count: number): Promise<readonly string[]> {
  const created = await Promise.all(Array.from({ length: count }, (_, n) => anAdmin(`user${n}`)))
  return created.map(({ id }) => id)
}

export async function rest(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object | string,
): Promise<RestAnswer> {
  const response = await fetch(inject('url') + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** Invites a user to a pair; resolves with the id of the invitation. */
export async function invite(from: Admin, to: { readonly id: string }): Promise<string> {
  const { body } = await from.call('POST', '/invitations', { to_user_id: to.id })
  return body['data'].invitation_id
}

/** Accepts or rejects an invitation. */
export const respond = (admin: Admin, invitation: string, action: string) =>
  admin.call('PUT', `/invitations/${invitation}/respond`, { action })

/** Withdraws an invitation. */
export const withdraw = (admin: Admin, invitation: string, body?: object) =>
  admin.call('DELETE', `/invitations/${invitation}`, body)

/** Accepts every invitation that a user has received. */
export async function acceptAll(admin: Admin): Promise<void> {
  const { body } = await admin.call('GET', '/invitations')
  for (const { id } of body['data'].invitations) await respond(admin, id, 'accept')
}

/** Makes a conversation of two users by an invitation and its acceptance, without pushes; resolves with its id. */
export async function pairUp(inviter: Admin, invited: Admin): Promise<string> {
  const { invitation_id } = await inProcess()['POST /api/admin/chat/invitations']({
    user: inviter.id,
    path: undefined,
    query: undefined,
    body: { toUserId: invited.id, message: '', connection: undefined },
  })
  return await acceptInProcess(invited, invitation_id)
}

async function acceptInProcess({ id: user }: Admin, invitation: string): Promise<string> {
  const { conversation_id = '' } = await inProcess()['PUT /api/admin/chat/invitations/{id}/respond']({
    user,
    path: { id: invitation },
    query: undefined,
    body: { action: 'accept' },
  })
  return conversation_id
}

/** Two administrators and their conversation. */
export async function aPair() {
  const { ada, bob } = await admins('ada', 'bob')
  return { ada, bob, conversation: await pairUp(ada, bob) }
}

/** A group: the first name is its creator; the others have joined in order, as entries 1, 2 and so on. */
export async function aGroup<Name extends string>(creator: Name, ...others: readonly Name[]) {
  const people = await admins(creator, ...others)
  const group = await groupUp(
    people[creator],
    others.map((name) => people[name]),
  )
  return { ...people, group }
}

/** Makes a group, without pushes; the others join in order. Resolves with its id. */
export async function groupUp(creator: Admin, others: readonly Admin[]): Promise<string> {
  const { conversation_id, invitations } = await inProcess()['POST /api/admin/chat/conversations']({
    user: creator.id,
    path: undefined,
    query: undefined,
    body: { title: 'Ops', user_ids: others.map(({ id }) => id) },
  })
  for (const other of others) {
    const invitation = invitations.find(({ to_user }) => to_user?.id === other.id)
    await acceptInProcess(other, invitation?.id ?? '')
  }
  return conversation_id
}

/** A connection that has authenticated and joined the conversation. */
export async function joined(admin: Admin, conversation: string) {
  const socket = await admin.connect()
  await socket.ask(join(conversation))
  return socket
}

/** A `join_conversation` frame. */
export const join = (conversation: string, rest: object = {}) => ({
  type: 'join_conversation',
  conversation_id: conversation,
  ...rest,
})

/** A `send_message` frame. */
export const message = (conversation: string, content: string, rest: object = {}) => ({
  type: 'send_message',
  conversation_id: conversation,
  message: { content },
  ...rest,
})

/** A `mark_read` frame. */
export const markRead = (conversation: string, seq: number) => ({
  type: 'mark_read',
  conversation_id: conversation,
  seq,
})

/** The types of the pushes that a socket received, without presence, which can arrive at any time. */
export const pushes = (socket: Socket) =>
  socket.frames
    .filter((frame) => !('request_id' in frame) && frame['type'] !== 'user_presence')
    .map((frame) => frame['type'])

/** Stores a message over REST and resolves with it. */
export async function post(
  admin: Admin,
  conversation: string,
  content: string,
  rest: object = {},
): Promise<Frame> {
  const path = `/conversations/${conversation}/messages`
  const { body } = await admin.call('POST', path, { content, ...rest })
  return body['data'].message
}

/** A page of the log as a user sees it, with entries of every kind unless the query says otherwise. */
export async function history(admin: Admin, conversation: string, query = '?entries=all'): Promise<Frame[]> {
  const { body } = await admin.call('GET', `/conversations/${conversation}/messages${query}`)
  return body['data'].messages
}

export const messagePath = (conversation: string, seq: number | string) =>
  `/conversations/${conversation}/messages/${seq}`
export const invitationsPath = (group: string) => `/conversations/${group}/invitations`
export const ownerPath = (group: string) => `/conversations/${group}/owner`
export const participantPath = (group: string, user: string) => `/conversations/${group}/participants/${user}`
export const leavePath = (group: string) => `/conversations/${group}/leave`

/** The first page of a user's conversations. */
export async function conversationsOf(admin: Admin): Promise<Frame[]> {
  const { body } = await admin.call('GET', '/conversations')
  return body['data'].conversations
}
