import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createDirectory } from '../../../cli/chat/directory.ts'
import type { ChatEvent, View } from '../../../cli/chat/events.ts'
import { createSession } from '../../../cli/chat/session.ts'
import { type Conversation, createChat, memoryStorage, type Person } from '../../../client/index.ts'

export const conversation = 'c1'

// biome-ignore lint/suspicious/noExplicitAny: tests read frames of every shape.
type Frame = Record<string, any>
type Answer = readonly [status: number, body: object]

/** A server that is signed in to as Ada. A test can replace or suppress its answers. */
export interface FakeChat {
  readonly url: string
  /** The frames that clients sent, in order, with the number of their connection. */
  readonly frames: readonly (Frame & { readonly connection: number })[]
  of(type: string): readonly Frame[]
  /** Adds an entry to the log of the first conversation without pushing it. */
  store(content: string, rest?: Frame): Frame
  /** Adds a message of Bob and pushes it. */
  say(content: string): Frame
  conversations: Conversation[]
  invitations: Frame[]
  people: Person[]
  /** Returns true if the test handled the frame itself. */
  intercept: (frame: Frame, socket: WebSocket) => boolean
  /** Returns the answer to a REST call, or undefined for the usual one. */
  rest: (method: string, path: string, body: Frame) => Answer | undefined
  /** False refuses every token. */
  accepts: (token: string) => boolean
  /** False closes new connections at once. */
  isUp: boolean
  push(frame: Frame): void
  dropAll(): void
}

export const ada: Person = { id: 'ada', firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.com' }
export const bob: Person = { id: 'bob', firstname: 'Bob', lastname: 'Babbage', email: 'bob@example.com' }
export const grace: Person = { id: 'u7', firstname: 'Grace', lastname: 'Hopper', email: 'grace@example.com' }

/** A conversation of Ada with another user. */
export function aPair(id: string, other: Person, rest: Partial<Conversation> = {}): Conversation {
  return {
    id,
    status: 'accepted',
    is_group: false,
    participants: [ada, other],
    participant: other,
    last_message: null,
    last_seq: 0,
    unread_count: 0,
    updated_at: '2026-01-01T00:00:00.000Z',
    ...rest,
  }
}

/** Waits until the check passes, also on a busy machine. */
export const soon = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000 })

/** A token that names Ada. */
export const aToken = (name: string) =>
  `${name}.${Buffer.from(JSON.stringify({ user_id: 'ada' })).toString('base64url')}.`

export async function aFakeChat(): Promise<FakeChat> {
  const log: Frame[] = []
  const frames: (Frame & { connection: number })[] = []
  let connections = 0
  let lastReadSeq = 0
  const ok = (data: object): Answer => [200, { success: true, data }]
  const withHead = (one: Conversation) => (one.id === conversation ? { ...one, last_seq: log.length } : one)

  function answerTo(method: string, path: string, query: URLSearchParams, body: Frame): Answer {
    if (path.endsWith('/conversations') && method === 'GET')
      return ok({ conversations: fake.conversations.map(withHead) })
    if (path.endsWith('/invitations') && method === 'GET') return ok({ invitations: fake.invitations })
    if (path.endsWith('/search')) {
      const q = query.get('q')?.toLowerCase() ?? ''
      const matches = ({ firstname, lastname, email }: Person) =>
        [`${firstname} ${lastname}`.toLowerCase(), email].some((name) => name.startsWith(q))
      return ok({ admins: fake.people.filter(matches) })
    }
    if (path.endsWith('/messages') && method === 'GET') {
      const before = Number(query.get('before') ?? log.length + 1)
      const entries = log.filter(({ seq }) => seq > Number(query.get('after') ?? 0) && seq < before)
      const limit = query.has('before') ? Number(query.get('limit') ?? 50) : entries.length
      return ok({
        messages: entries.slice(entries.length - limit),
        last_seq: log.length,
        last_read_seq: lastReadSeq,
        has_more: false,
      })
    }
    return [
      404,
      { success: false, code: 'not_found', message: `no ${method} ${path} ${JSON.stringify(body)}` },
    ]
  }

  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}')
      const method = request.method ?? ''
      const [status, answer] =
        fake.rest(method, pathname, body) ?? answerTo(method, pathname, searchParams, body)
      if (fake.isUp) response.writeHead(status).end(JSON.stringify(answer))
      else response.writeHead(503).end('{}')
    })
  })
  const sockets = new WebSocketServer({ server: http })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    http.close()
    http.closeAllConnections()
  })

  const store = (content: string, rest: Frame = {}) => {
    const seq = log.length + 1
    const sent = { conversation_id: conversation, sender_id: 'bob', created_at: '2026-01-01T00:00:00.000Z' }
    const message = { id: `m${seq}`, seq, kind: 'message', content, is_read: false, ...sent, ...rest }
    log.push(message)
    return message
  }
  const answers: Readonly<Record<string, (frame: Frame) => Frame>> = {
    authenticate: ({ token }) =>
      fake.accepts(token)
        ? {
            type: 'authenticated',
            success: true,
            user_id: 'ada',
            connection_id: 'x=',
            expires_at: new Date(Date.now() + 3_600_000).toISOString(),
          }
        : { type: 'error', code: 'unauthorized', message: 'a valid token is required', retryable: false },
    join_conversation: ({ after_seq = 0 }) => ({
      type: 'joined_conversation',
      last_seq: log.length,
      last_read_seq: lastReadSeq,
      messages: log.slice(after_seq),
      has_more: false,
    }),
    leave_conversation: () => ({ type: 'left_conversation' }),
    send_message: ({ message: { content }, client_message_id }) => ({
      type: 'message_sent',
      message: store(content, { sender_id: 'ada', client_message_id }),
    }),
    mark_read: ({ seq }) => {
      lastReadSeq = seq
      return { type: 'marked_read', last_read_seq: seq, unread_count: 0 }
    },
    ping: () => ({ type: 'pong', time: '', heads: { [conversation]: log.length } }),
  }
  sockets.on('connection', (socket) => {
    if (!fake.isUp) return socket.terminate()
    const connection = ++connections
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data))
      frames.push({ ...frame, connection })
      if (fake.intercept(frame, socket)) return
      const { conversation_id, request_id, type } = frame
      const answer = answers[type]?.(frame)
      if (answer) socket.send(JSON.stringify({ conversation_id, ...answer, request_id }))
    })
  })
  const push = (frame: Frame) => {
    for (const socket of sockets.clients) socket.send(JSON.stringify(frame))
  }

  const fake: FakeChat = {
    url: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    frames,
    of: (type) => frames.filter((frame) => frame['type'] === type),
    store,
    say(content) {
      const message = store(content)
      push({ type: 'new_message', conversation_id: conversation, message })
      return message
    },
    conversations: [aPair(conversation, bob)],
    invitations: [],
    people: [bob, grace],
    intercept: () => false,
    rest: () => undefined,
    accepts: () => true,
    isUp: true,
    push,
    dropAll: () => {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
  return fake
}

/** A session with a fake chat, and the events that it shows. */
export function aSession(url: string, view: Partial<View> = {}) {
  const events: ChatEvent[] = []
  const chat = createChat({
    url: `ws://${url}`,
    rest: `http://${url}`,
    token: () => aToken('first'),
    storage: memoryStorage(),
    tabs: false,
    WebSocket,
    // No pauses between attempts.
    random: () => 0,
  })
  const directory = createDirectory(chat.user.getSnapshot)
  const session = createSession(chat, directory, {
    interactive: false,
    show: (event) => events.push(event),
    ...view,
  })
  onTestFinished(() => session.stop())
  return {
    session,
    events,
    types: () => events.map(({ type }) => type),
    of: <T extends ChatEvent['type']>(type: T) =>
      events.filter((event): event is Extract<ChatEvent, { type: T }> => event.type === type),
    /** The content of the messages, in the order in which they were shown. */
    shown: () => events.flatMap((event) => (event.type === 'message' ? [event.message.content] : [])),
    /** Waits until this event was shown. */
    until: (type: ChatEvent['type']) =>
      soon(() => {
        if (!events.some((event) => event.type === type)) throw new Error(`${type} was not shown`)
      }),
  }
}
