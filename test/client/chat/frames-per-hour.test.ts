import { describe, expect, it } from 'vitest'
import { createChat, memoryStorage } from '../../../client/index.ts'
import type { Room } from '../../../client/types.ts'
import { fakeServer } from '../support/fake-server.ts'
import { fakeBrowser } from '../support/fake-tabs.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const ada = { id: 'ada', firstname: 'Ada', lastname: 'L', email: '' }
const bob = { id: 'bob', firstname: 'Bob', lastname: 'B', email: '' }
const conversation = {
  id: 'c1',
  status: 'accepted',
  participants: [ada, bob],
  participant: bob,
  last_message: null,
  last_seq: 0,
  unread_count: 0,
  updated_at: '2026-01-01T00:00:00.000Z',
}

/** Called once a second; `receive` delivers a message of the other user, and returns its `seq`. */
type Use = (room: Room, second: number, receive: () => number) => void

/** What a client with one open conversation sends in an hour, after it has connected. */
async function anHour(use: Use, { isVisible = true } = {}) {
  const clock = virtualClock()
  const server = fakeServer(clock)
  const tab = fakeBrowser(clock).tab()
  let calls = 0
  let seq = 0
  const nextMessage = (sender_id: string, content: string) => ({
    id: `${++seq}`,
    conversation_id: 'c1',
    seq,
    kind: 'message',
    sender_id,
    content,
    is_read: false,
    created_at: new Date(clock.now()).toISOString(),
  })
  server.behavior.answers['join_conversation'] = ({ conversation_id }) => ({
    type: 'joined_conversation',
    conversation_id,
    last_seq: seq,
    last_read_seq: seq,
    messages: [],
    has_more: false,
  })
  server.behavior.answers['send_message'] = ({ conversation_id, client_message_id, message }) => {
    const { content } = message as { content: string }
    const stored = nextMessage('ada', content)
    return {
      type: 'message_sent',
      conversation_id,
      client_message_id,
      message: { ...stored, client_message_id },
    }
  }
  server.behavior.answers['mark_read'] = (frame) => ({
    type: 'marked_read',
    conversation_id: frame['conversation_id'],
    last_read_seq: frame['seq'],
    unread_count: 0,
  })
  const receive = () => {
    server.last.push({ type: 'new_message', conversation_id: 'c1', message: nextMessage('bob', 'hello') })
    return seq
  }
  const chat = createChat({
    url: 'wss://chat.test',
    rest: 'https://chat.test',
    token: () => `x.${btoa(JSON.stringify({ user_id: 'ada' }))}.x`,
    clock: tab.clock,
    random: () => 0.5,
    page: tab.page,
    tabs: tab.tabs,
    storage: memoryStorage(),
    WebSocket: server.WebSocket,
    fetch: async (url) => {
      calls += 1
      const data = String(url).includes('invitations')
        ? { invitations: [] }
        : { conversations: [conversation] }
      return new Response(JSON.stringify({ success: true, data }))
    },
  })
  const room = chat.open('c1')
  chat.conversations.subscribe(() => undefined)
  if (!isVisible) tab.event('hidden')
  await clock.advance(60_000)
  const sent = () => server.sockets.flatMap((socket) => socket.sent)
  const before = sent().length
  const callsBefore = calls
  for (let second = 0; second < 3600; second++) {
    use(room, second, receive)
    await clock.advance(1000)
  }
  const frames: Record<string, number> = {}
  for (const { type } of sent().slice(before)) frames[String(type)] = (frames[String(type)] ?? 0) + 1
  chat.dispose()
  return { ...frames, calls: calls - callsBefore }
}

describe('[CLIENT-4] in an hour, a client with an open conversation sends', () => {
  it('a ping every 50 seconds while its page is visible', async () => {
    expect(await anHour(() => undefined)).toEqual({ ping: 72, calls: 0 })
  })

  it('a ping every eight and a half minutes while its page is hidden', async () => {
    expect(await anHour(() => undefined, { isVisible: false })).toEqual({ ping: 7, calls: 0 })
  })

  it('a frame for each of 120 messages besides the pings', async () => {
    const write = (room: Room, second: number) => {
      if (second % 30 === 0) room.send('hello')
    }
    expect(await anHour(write)).toEqual({ send_message: 120, ping: 72, calls: 0 })
  })

  it('a frame for each of 120 messages that it marks as read besides the pings', async () => {
    const read = (room: Room, second: number, receive: () => number) => {
      if (second % 30 === 0) room.read(receive())
    }
    expect(await anHour(read)).toEqual({ mark_read: 120, ping: 72, calls: 0 })
  })

  it('a typing every five seconds while the user types without a pause', async () => {
    expect(await anHour((room) => room.typing(true))).toEqual({ typing: 720, ping: 72, calls: 0 })
  })
})
