import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { Chat } from '../../../cli/chat/chat.ts'
import type { ChatEvent } from '../../../cli/chat/events.ts'
import { defaultTiming, type Timing } from '../../../cli/chat/timing.ts'

export const conversation = 'c1'

// biome-ignore lint/suspicious/noExplicitAny: tests read frames of every shape.
type Frame = Record<string, any>

/** A server with one conversation. A test can replace or suppress its answers. */
export interface FakeChat {
  readonly url: string
  /** The frames that clients sent, in order, with the number of their connection. */
  readonly frames: readonly (Frame & { readonly connection: number })[]
  of(type: string): readonly Frame[]
  /** Adds an entry to the log without pushing it. */
  store(content: string, rest?: Frame): Frame
  /** Returns true if the test handled the frame itself. */
  intercept: (frame: Frame, socket: WebSocket) => boolean
  /** Returns the status and the body of a REST response, or undefined for the default page of the log. */
  rest: (method: string, path: string) => readonly [status: number, body: object] | undefined
  /** Lifetime of a token. */
  tokenLifetimeMs: number
  push(frame: Frame): void
  dropAll(): void
}

export async function aFakeChat(): Promise<FakeChat> {
  const log: Frame[] = []
  const frames: (Frame & { connection: number })[] = []
  let connections = 0

  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const [status, body] = fake.rest(request.method ?? '', pathname) ?? []
    if (status !== undefined) {
      response.writeHead(status).end(JSON.stringify(body))
      return
    }
    const after = Number(searchParams.get('after') ?? 0)
    const data = { messages: log.slice(after), last_seq: log.length, last_read_seq: 0, has_more: false }
    response.end(JSON.stringify({ success: true, data }))
  })
  const sockets = new WebSocketServer({ server: http })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    http.close()
  })

  const store = (content: string, rest: Frame = {}) => {
    const seq = log.length + 1
    const sent = { conversation_id: conversation, sender_id: 'bob', created_at: '2026-01-01T00:00:00.000Z' }
    const message = { id: `m${seq}`, seq, kind: 'message', content, is_read: false, ...sent, ...rest }
    log.push(message)
    return message
  }
  const answers: Readonly<Record<string, (frame: Frame) => Frame>> = {
    authenticate: () => ({
      type: 'authenticated',
      success: true,
      user_id: 'ada',
      connection_id: 'x=',
      expires_at: new Date(Date.now() + fake.tokenLifetimeMs).toISOString(),
    }),
    join_conversation: ({ after_seq = 0 }) => ({
      type: 'joined_conversation',
      last_seq: log.length,
      last_read_seq: 0,
      messages: log.slice(after_seq),
      has_more: false,
    }),
    leave_conversation: () => ({ type: 'left_conversation' }),
    send_message: ({ message: { content }, client_message_id }) => ({
      type: 'message_sent',
      message: store(content, { sender_id: 'ada', client_message_id }),
    }),
    mark_read: ({ seq }) => ({ type: 'marked_read', last_read_seq: seq, unread_count: 0 }),
    ping: () => ({ type: 'pong', time: '', heads: { [conversation]: log.length } }),
  }
  sockets.on('connection', (socket) => {
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

  const fake: FakeChat = {
    url: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    frames,
    of: (type) => frames.filter((frame) => frame['type'] === type),
    store,
    intercept: () => false,
    rest: () => undefined,
    tokenLifetimeMs: 3_600_000,
    push: (frame) => {
      for (const socket of sockets.clients) socket.send(JSON.stringify(frame))
    },
    dropAll: () => {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
  return fake
}

/** Short waits and few attempts keep the tests fast. */
const timing: Timing = {
  ...defaultTiming,
  minBackOffMs: 1,
  maxBackOffMs: 1,
  gapMs: 1,
  maxAttempts: 3,
  maxReconnects: 3,
}

/** A client of a fake chat, with the events it shows. */
export function aClient(
  url: string,
  options: { readonly timing?: Partial<Timing>; readonly interactive?: boolean } = {},
) {
  const events: ChatEvent[] = []
  const refusals: unknown[] = []
  const token = async () => 'token'
  const chat = new Chat({
    socketUrl: `ws://${url}`,
    restUrl: `http://${url}`,
    account: { renewable: true, renew: token, token },
    timing: { ...timing, ...options.timing },
    interactive: options.interactive ?? false,
    show: (event) => events.push(event),
    refused: (error) => refusals.push(error),
  })
  chat.failed.catch(() => undefined)
  onTestFinished(() => chat.stop())
  return {
    chat,
    events,
    refusals,
    /** The content of the messages, in the order in which they were shown. */
    shown: () => events.flatMap((event) => (event.type === 'message' ? [event.message.content] : [])),
  }
}
