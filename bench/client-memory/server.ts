// A server in the same process. It generates entries when they are requested, so that it needs no memory itself.
import type { Socket } from '../../client/types.ts'
import { clock, START_MS } from './clock.ts'

/** The user of the client. */
export const ME = 'ada'
const CONVERSATIONS = 100
const ENTRIES = 100
const LATENCY_MS = 20
const TOKEN_MS = 2 * 60 * 60_000

type Fields = Readonly<Record<string, unknown>>

const lastSeqs = new Map(Array.from({ length: CONVERSATIONS }, (_, index) => [`c${index}`, ENTRIES]))

/** The ids of the conversations. */
export const ids = [...lastSeqs.keys()]

const lastSeqOf = (id: string) => lastSeqs.get(id) ?? 0
const person = (id: string) => ({ id, firstname: id, lastname: 'Lovelace', email: `${id}@example.com` })

const entry = (id: string, seq: number, own: Fields = {}) => ({
  id: `${seq}-${id}`,
  kind: 'message',
  conversation_id: id,
  seq,
  sender_id: `peer-${id}`,
  created_at: new Date(START_MS + seq * 1000).toISOString(),
  content: `${seq} `.padEnd(100, 'words '),
  is_read: true,
  ...own,
})

function page(
  id: string,
  { after, before, limit = 50 }: { after?: number; before?: number; limit?: number },
) {
  const last_seq = lastSeqOf(id)
  const end = after === undefined ? (before ?? last_seq + 1) - 1 : Math.min(after + limit, last_seq)
  const start = after ?? Math.max(0, end - limit)
  const messages = Array.from({ length: end - start }, (_, index) => entry(id, start + index + 1))
  const has_more = after === undefined ? start > 0 : end < last_seq
  return { conversation_id: id, messages, last_seq, last_read_seq: last_seq, has_more }
}

const conversation = (id: string) => {
  const last = entry(id, lastSeqOf(id))
  return {
    id,
    status: 'accepted',
    is_group: false,
    participants: [person(ME), person(`peer-${id}`)],
    participant: person(`peer-${id}`),
    last_message: { ...last, timestamp: last.created_at },
    last_seq: last.seq,
    unread_count: 0,
    updated_at: last.created_at,
  }
}

/** Answers the calls of the client over REST. */
export const fakeFetch = async (address: string): Promise<Response> => {
  const { pathname, searchParams } = new URL(address)
  const [, id] = /conversations\/(.+)\/messages/.exec(pathname) ?? []
  const query = Object.fromEntries([...searchParams].map(([name, value]) => [name, Number(value)]))
  const data = id ? page(id, query) : { conversations: ids.map(conversation), invitations: [] }
  return Response.json({ success: true, data })
}

const joined = new Set<string>()
let socket: FakeSocket | undefined

/** Adds an entry, and notifies the client as the real server does, for joined and for other conversations. */
export function add(id: string): void {
  const last_seq = lastSeqOf(id) + 1
  lastSeqs.set(id, last_seq)
  const message = entry(id, last_seq, { is_read: false })
  socket?.push(
    joined.has(id)
      ? { type: 'new_message', conversation_id: id, message }
      : {
          type: 'conversation_updated',
          conversation_id: id,
          last_seq,
          last_message: message,
          unread_count: 1,
        },
  )
}

const answers: Readonly<Record<string, (frame: Fields, id: string) => Fields>> = {
  authenticate: () => ({
    type: 'authenticated',
    success: true,
    user_id: ME,
    connection_id: String(clock.now()),
    expires_at: new Date(clock.now() + TOKEN_MS).toISOString(),
  }),
  ping: () => ({
    type: 'pong',
    time: new Date(clock.now()).toISOString(),
    heads: Object.fromEntries(lastSeqs),
  }),
  join_conversation({ after_seq }, id) {
    joined.add(id)
    return { type: 'joined_conversation', ...page(id, { after: after_seq as number, limit: 100 }) }
  },
  leave_conversation(_, conversation_id) {
    joined.delete(conversation_id)
    return { type: 'left_conversation', conversation_id }
  },
  mark_read: ({ seq }, conversation_id) => ({
    type: 'marked_read',
    conversation_id,
    last_read_seq: seq,
    unread_count: 0,
  }),
  send_message({ message, client_message_id }, conversation_id) {
    const seq = lastSeqOf(conversation_id) + 1
    lastSeqs.set(conversation_id, seq)
    const own = { ...(message as object), client_message_id, sender_id: ME, is_read: false }
    return {
      type: 'message_sent',
      conversation_id,
      client_message_id,
      message: entry(conversation_id, seq, own),
    }
  },
}

/** A socket with this server at its other end. */
export class FakeSocket implements Socket {
  readyState = 0
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onerror: Socket['onerror'] = null
  onclose: Socket['onclose'] = null
  constructor() {
    socket = this
    clock.setTimeout(() => {
      this.readyState = 1
      this.onopen?.(undefined as never)
    }, LATENCY_MS)
  }
  send(text: string): void {
    const { type, request_id, ...frame } = JSON.parse(text)
    const answer = answers[type]?.(frame, frame.conversation_id)
    if (answer) clock.setTimeout(() => this.push({ ...answer, request_id }), LATENCY_MS)
  }
  close(): void {
    this.readyState = 3
  }
  push(frame: Fields): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}
