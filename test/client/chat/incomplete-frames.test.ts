import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest'
import { createChat, memoryStorage } from '../../../client/index.ts'
import type { Conversation, Message, ServerFrames, ServerFrameType } from '../../../client/wire.ts'
import { fakeServer } from '../support/fake-server.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const now = '2026-01-01T12:00:00.000Z'
const person = (id: string) => ({
  id,
  firstname: id,
  lastname: '',
  email: '',
  is_online: true,
  last_seen: now,
})
const message = (seq: number, fields: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  conversation_id: 'c1',
  seq,
  sender_id: 'grace',
  created_at: now,
  kind: 'message',
  content: `message ${seq}`,
  is_read: false,
  ...fields,
})
const conversation = (id: string): Conversation => ({
  id,
  status: 'accepted',
  is_group: true,
  owner_id: 'ada',
  participants: [person('ada'), person('grace')],
  participant: person('grace'),
  last_message: { ...message(3, { conversation_id: id }), timestamp: now },
  last_seq: 3,
  unread_count: 3,
  updated_at: now,
})
const invitation = (id: string) => ({
  id,
  from_user: person('alan'),
  fromUser: person('alan'),
  to_user: person('ada'),
  message: '',
  status: 'pending' as const,
  created_at: now,
})
const inC1 = { conversation_id: 'c1' }
const change = { ...inC1, seq: 4, participant: person('alan'), owner_id: 'grace' }
const answer = { request_id: 'none' }

/** One complete frame of every type. */
const frames: { readonly [T in ServerFrameType]: ServerFrames[T] } = {
  authenticated: { ...answer, success: true, user_id: 'ada', connection_id: 'x', expires_at: now },
  joined_conversation: {
    ...answer,
    ...inC1,
    last_seq: 3,
    last_read_seq: 0,
    has_more: false,
    messages: [message(3), { ...message(4), kind: 'message_updated', target_seq: 3, message: message(3) }],
  },
  left_conversation: { ...answer, ...inC1 },
  message_sent: { ...answer, ...inC1, client_message_id: 'k', message: message(4, { sender_id: 'ada' }) },
  marked_read: { ...answer, ...inC1, last_read_seq: 1, unread_count: 2 },
  pong: { ...answer, time: now, heads: { c1: 3 } },
  new_message: { ...inC1, message: message(4) },
  message_updated: { ...inC1, seq: 4, message: message(3) },
  participant_joined: change,
  participant_left: { ...change, removed_by: 'ada' },
  owner_changed: change,
  conversation_added: { conversation: conversation('c2') },
  conversation_removed: inC1,
  conversation_updated: { ...inC1, last_seq: 4, last_message: message(4), unread_count: 4 },
  new_invitation: { invitation: invitation('i1') },
  invitation_sent: { invitation: invitation('i1') },
  invitation_accepted: {
    ...inC1,
    invitation_id: 'i1',
    participant_id: 'alan',
    conversation: conversation('c1'),
  },
  invitation_rejected: { invitation_id: 'i1' },
  invitation_answered: { invitation_id: 'i1', status: 'accepted', conversation_id: 'c1' },
  invitation_withdrawn: { invitation_id: 'i1' },
  message_read: { ...inC1, user_id: 'grace', last_read_seq: 1, read_at: now, unread_count: 1 },
  user_typing: { ...inC1, user_id: 'grace', is_typing: true },
  user_presence: { user_id: 'grace', is_online: false, last_seen: now },
  error: { ...answer, code: 'unavailable', message: 'later', retryable: true, retry_after_ms: 5 },
}

/** Every value that differs from this one by a field, at any depth, that is missing or null. */
function* incomplete(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    const put = (next: unknown) =>
      Array.isArray(value) ? value.with(Number(key), next) : { ...value, [key]: next }
    yield put(undefined)
    yield put(null)
    for (const next of incomplete(inner)) yield put(next)
  }
}

let printed: MockInstance
beforeEach(() => {
  printed = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  printed.mockRestore()
})

/** A chat with an open conversation of three messages, and a server that goes on with the fourth. */
async function setUp() {
  const clock = virtualClock()
  const server = fakeServer(clock)
  const log = [1, 2, 3].map((seq) => message(seq))
  const page = (after: number) => ({
    messages: log.filter(({ seq }) => seq > after),
    last_seq: log.length,
    last_read_seq: 0,
    has_more: false,
  })
  const answers: typeof server.behavior.answers = {
    ...server.behavior.answers,
    join_conversation: ({ after_seq }) => ({
      type: 'joined_conversation',
      ...inC1,
      ...page(Number(after_seq)),
    }),
    leave_conversation: () => ({ type: 'left_conversation', ...inC1 }),
    mark_read: ({ seq }) => ({ type: 'marked_read', ...inC1, last_read_seq: seq, unread_count: 0 }),
    send_message({ client_message_id, message: sent }) {
      const { content } = Object(sent)
      const client = { sender_id: 'ada', content, client_message_id: String(client_message_id) }
      const known = log.find((entry) => entry.client_message_id === client_message_id)
      const stored = known ?? message(log.length + 1, client)
      if (!known) log.push(stored)
      return { type: 'message_sent', ...inC1, client_message_id, message: stored }
    },
  }
  server.behavior.answers = { ...answers }
  const chat = createChat({
    url: 'wss://chat.test',
    rest: 'https://chat.test',
    token: () => `x.${btoa(JSON.stringify({ user_id: 'ada' }))}.x`,
    clock,
    random: () => 0.5,
    storage: memoryStorage(),
    tabs: false,
    WebSocket: server.WebSocket,
    fetch: async (url) => {
      const conversations = [{ ...conversation('c1'), last_seq: log.length }]
      const after = Number(new URL(String(url)).searchParams.get('after'))
      return Response.json({ success: true, data: { conversations, invitations: [], ...page(after) } })
    },
  })
  const room = chat.open('c1')
  await clock.advance(2000)
  const user = () => {
    room.typing(true)
    room.read(2)
    for (const part of [chat.conversations, chat.invitations, chat.presence, room.log]) part.getSnapshot()
  }
  return { chat, room, clock, server, answers, log, user }
}

type World = Awaited<ReturnType<typeof setUp>>

/** Nothing was printed, and messages still arrive in both directions. */
async function expectWorks({ room, clock, server, answers, log }: World) {
  server.behavior.answers = { ...answers }
  await clock.advance(120_000)
  // Some pushes were about the fourth entry.
  while (log.length < 4) log.push(message(log.length + 1))
  log.push(message(log.length + 1, { content: 'from Grace' }))
  server.last.push({ type: 'new_message', ...inC1, message: log.at(-1) })
  room.send('from Ada')
  await clock.advance(60_000)
  const { entries, pending, lastSeq } = room.log.getSnapshot()
  expect([pending, lastSeq]).toEqual([[], log.length])
  expect(entries.slice(-2)).toMatchObject([{ content: 'from Grace' }, { content: 'from Ada' }])
  expect(printed.mock.calls).toEqual([])
}

it.each(Object.keys(frames) as ServerFrameType[])(
  '[CLIENT-9] pushes that lack any field harm nothing: %s',
  async (type) => {
    const world = await setUp()
    for (const fields of incomplete(frames[type])) {
      world.server.last.push({ type, ...(fields as object) })
      world.user()
      await world.clock.advance(1500)
      world.user()
    }
    await expectWorks(world)
  },
)

it.each(['authenticate', 'join_conversation', 'leave_conversation', 'send_message', 'mark_read', 'ping'])(
  '[CLIENT-9] answers that lack any field harm nothing: %s',
  async (type) => {
    const world = await setUp()
    const { chat, clock, server, answers, user } = world
    const whole = answers[type]?.({ after_seq: 0, seq: 2 })
    // An example only: the message is not stored.
    world.log.length = 3
    for (const lacking of incomplete(whole)) {
      server.behavior.answers[type] = () => lacking as never
      if (type === 'send_message') world.room.send('hello')
      if (type === 'leave_conversation') chat.open('c3').close()
      server.last.end(1006)
      await clock.advance(3000)
      user()
      await clock.advance(3000)
    }
    await expectWorks(world)
  },
)
