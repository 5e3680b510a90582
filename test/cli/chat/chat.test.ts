import { describe, expect, it, vi } from 'vitest'
import { aClient, aFakeChat, conversation } from './fake-chat.ts'

type Options = Parameters<typeof aClient>[1]

/** A server, and a client that has opened its conversation. */
async function opened(options?: Options) {
  const server = await aFakeChat()
  const client = aClient(server.url, options)
  await client.chat.ready
  await client.chat.open(conversation)
  return { server, ...client, room: client.chat.room }
}

describe('sending', () => {
  it('sends again, under the same key, what was not acknowledged when the connection broke', async () => {
    const { server, room, events, said } = await opened()
    server.intercept = ({ type }, socket) => {
      if (type !== 'send_message') return false
      server.intercept = () => false
      socket.terminate()
      return true
    }
    await room?.send('hello')
    const [first, second, ...more] = server.of('send_message')
    expect([first?.['connection'], second?.['connection'], more]).toEqual([1, 2, []])
    expect(second?.['client_message_id']).toBe(first?.['client_message_id'])
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['connection_lost', 'signed_in_again']),
    )
    expect(said()).toEqual(['hello'])
  })

  it('stores messages in the order in which they were written', async () => {
    const { server, room, said } = await opened()
    await Promise.all(['one', 'two', 'three'].map((text) => room?.send(text)))
    expect(server.of('send_message').map(({ message }) => message.content)).toEqual(['one', 'two', 'three'])
    expect(said()).toEqual(['one', 'two', 'three'])
  })

  it('asks again when no answer comes or the chat says later, and gives up in the end', async () => {
    const { server, room } = await opened({ pace: { answerWithin: 5 } })
    server.intercept = ({ type, request_id }, socket) => {
      if (type !== 'send_message') return false
      const sent = server.of('send_message').length
      const error = { type: 'error', code: 'unavailable', message: 'later', retryable: true, request_id }
      if (sent > 1) socket.send(JSON.stringify(error))
      return true
    }
    await expect(room?.send('hello')).rejects.toMatchObject({ code: 'unavailable', message: 'later' })
    expect(server.of('send_message')).toHaveLength(3)
  })
})

describe('receiving', () => {
  it('holds a push that overtook another one until it has what lacks', async () => {
    const { server, said } = await opened()
    server.store('first')
    const message = server.store('second')
    server.push({ type: 'new_message', conversation_id: conversation, message })
    await vi.waitFor(() => expect(said()).toEqual(['first', 'second']))
  })

  it('shows nothing twice', async () => {
    const { server, said } = await opened()
    const message = server.store('once')
    for (const _ of [1, 2]) server.push({ type: 'new_message', conversation_id: conversation, message })
    server.push({ type: 'new_message', conversation_id: conversation, message: server.store('then') })
    await vi.waitFor(() => expect(said()).toEqual(['once', 'then']))
  })

  it('finds out by its heartbeat what no push has told', async () => {
    const { server, said } = await opened({ pace: { heartbeat: 5 } })
    server.store('untold')
    await vi.waitFor(() => expect(said()).toEqual(['untold']))
  })

  it('comes back after its last entry, and shows what it missed', async () => {
    const { server, said } = await opened()
    server.push({ type: 'new_message', conversation_id: conversation, message: server.store('before') })
    await vi.waitFor(() => expect(said()).toEqual(['before']))
    server.store('missed')
    server.dropAll()
    await vi.waitFor(() => expect(said()).toEqual(['before', 'missed']))
    expect(server.of('join_conversation').at(-1)).toMatchObject({ connection: 2, after_seq: 1 })
  })

  it('ends a connection that answers no ping', async () => {
    const { server, events } = await opened({ pace: { heartbeat: 5 } })
    server.intercept = ({ type }) => type === 'ping'
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('signed_in_again'))
    expect(server.frames.at(-1)?.connection).toBeGreaterThan(1)
  })
})

describe('changing', () => {
  it('shows an edit and a deletion as the entries of the log that they are', async () => {
    const { server, room, events } = await opened()
    const message = server.store('helo', { sender_id: 'ada' })
    server.rest = (method, path) => {
      if (method === 'GET') return undefined
      const at = '2026-01-01T00:00:01.000Z'
      const now =
        method === 'PATCH'
          ? { ...message, content: 'hello', edited_at: at }
          : { ...message, content: '', deleted_at: at }
      server.store('', { kind: 'message_updated', target_seq: 1, message: now })
      expect(path).toBe(`/api/admin/chat/conversations/${conversation}/messages/1`)
      return [200, { success: true, data: { message: now } }]
    }
    await room?.edit(1, 'hello')
    await room?.delete(1)
    expect(events.slice(-3)).toMatchObject([
      { type: 'message', message: { content: 'helo' } },
      { type: 'edited', message: { seq: 1, content: 'hello' } },
      { type: 'deleted', message: { seq: 1, content: '' } },
    ])
  })

  it('repeats a call that failed for now, but never one that could do something twice', async () => {
    const { server, chat } = await opened()
    const calls: string[] = []
    server.rest = (method) => {
      calls.push(method)
      return [503, { message: 'Service Unavailable' }]
    }
    await expect(chat.lists.search('ada')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(chat.lists.createGroup('title', ['bob'])).rejects.toMatchObject({ code: 'unavailable' })
    expect(calls).toEqual(['GET', 'GET', 'GET', 'POST'])
  })
})

describe('reading', () => {
  it('marks what was shown to somebody as read, and nothing otherwise', async () => {
    const attended = await opened({ attended: true })
    const unattended = await opened()
    for (const { server, said } of [attended, unattended]) {
      server.push({ type: 'new_message', conversation_id: conversation, message: server.store('hello') })
      await vi.waitFor(() => expect(said()).toEqual(['hello']))
    }
    await vi.waitFor(() => expect(attended.server.of('mark_read')).toMatchObject([{ seq: 1 }]))
    await unattended.room?.send('hi')
    expect(unattended.server.of('mark_read')).toEqual([])
    await unattended.room?.read()
    expect(unattended.server.of('mark_read')).toMatchObject([{ seq: 2 }])
  })
})

describe('the session', () => {
  it('renews its token before the end, on the same connection', async () => {
    const server = await aFakeChat()
    server.tokenMillis = 20
    aClient(server.url)
    await vi.waitFor(() => expect(server.of('authenticate').length).toBeGreaterThan(1))
    expect(server.frames.every(({ connection }) => connection === 1)).toBe(true)
  })

  it('is over when a newer connection takes its place', async () => {
    const { server, chat } = await opened()
    server.push({ type: 'error', code: 'replaced', message: 'a newer connection', retryable: false })
    await expect(chat.failed).rejects.toMatchObject({ code: 'replaced' })
  })

  it('leaves a conversation that it may not join any more, and says so', async () => {
    const { server, chat, refusals } = await opened()
    server.intercept = ({ type, request_id }, socket) => {
      if (type !== 'join_conversation') return false
      const error = { type: 'error', code: 'not_found', message: 'no such conversation', retryable: false }
      socket.send(JSON.stringify({ ...error, request_id }))
      return true
    }
    server.dropAll()
    await vi.waitFor(() => expect(refusals).toMatchObject([{ code: 'not_found' }]))
    expect(chat.room).toBeUndefined()
  })

  it('gives up, where it is told to, when nobody answers any more', async () => {
    const { chat } = aClient('127.0.0.1:9')
    await expect(chat.failed).rejects.toThrow('The chat cannot be reached: connect ECONNREFUSED 127.0.0.1:9.')
  })
})
