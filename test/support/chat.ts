import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type Frame, openSocket, type Socket } from './socket.ts'
import { openStores } from './stores.ts'
import { tokenFor } from './tokens.ts'

/** An administrator who exists, with everything a test does in that name. */
export interface Admin {
  readonly id: string
  readonly token: string
  /** A connection that has authenticated. */
  connect(): Promise<Socket & { readonly connectionId: string }>
  /** A REST call with the token. */
  call(method: string, path: string, body?: object | string): Promise<RestAnswer>
}

export interface RestAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Frame
}

const chat = '/api/admin/chat'

export async function anAdmin(name = 'admin', role = 'admin'): Promise<Admin> {
  const id = `${name}-${randomBytes(6).toString('hex')}@example.org`
  await openStores().users.importUsers([{ id, firstname: name, lastname: 'Test', email: id, role }])
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

/** Two administrators in a conversation, made by an invitation that was accepted. */
export async function aPair(): Promise<{ ada: Admin; bob: Admin; conversation: string }> {
  const [ada, bob] = await Promise.all([anAdmin('ada'), anAdmin('bob')])
  const invited = await ada.call('POST', '/invitations', { to_user_id: bob.id })
  const accepted = await bob.call('PUT', `/invitations/${invited.body['data'].invitation_id}/respond`, {
    action: 'accept',
  })
  return { ada, bob, conversation: accepted.body['data'].conversation_id }
}

/** A connection that has authenticated and joined. */
export async function joined(admin: Admin, conversation: string) {
  const socket = await admin.connect()
  await socket.ask({ type: 'join_conversation', conversation_id: conversation })
  return socket
}

/** A `send_message` frame. */
export const message = (conversation: string, content: string, rest: object = {}) => ({
  type: 'send_message',
  conversation_id: conversation,
  message: { content },
  ...rest,
})

/** The types of the pushes a socket got; answers left out, and who came and went, which dialogues of others do not ask. */
export const pushes = (socket: Socket) =>
  socket.frames
    .filter((frame) => !('request_id' in frame) && frame['type'] !== 'user_presence')
    .map((frame) => frame['type'])

/** A group of its creator and others, who were invited and accepted. */
export async function aGroup(names: readonly string[] = ['ada', 'bob', 'cyd'], title = 'Ops') {
  const [creator, ...others] = await Promise.all(names.map((name) => anAdmin(name)))
  if (!creator) throw new Error('a group has a creator')
  const user_ids = others.map(({ id }) => id)
  const { body } = await creator.call('POST', '/conversations', { title, user_ids })
  const group: string = body['data'].conversation_id
  for (const other of others) await acceptAll(other)
  return { creator, others, group }
}

/** Accepts every invitation that a user has received. */
export async function acceptAll(admin: Admin): Promise<void> {
  const { body } = await admin.call('GET', '/invitations')
  for (const { id } of body['data'].invitations) {
    await admin.call('PUT', `/invitations/${id}/respond`, { action: 'accept' })
  }
}

/** Stores a message over REST and resolves with it. */
export async function post(admin: Admin, conversation: string, content: string): Promise<Frame> {
  const { body } = await admin.call('POST', `/conversations/${conversation}/messages`, { content })
  return body['data'].message
}

/** A page of the log as a user sees it. */
export async function history(admin: Admin, conversation: string, query = ''): Promise<Frame[]> {
  const { body } = await admin.call('GET', `/conversations/${conversation}/messages${query}`)
  return body['data'].messages
}
