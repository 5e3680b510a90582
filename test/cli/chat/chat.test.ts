import { describe, expect, it, vi } from 'vitest'
import { aClient, aFakeChat, conversation } from './fake-chat.ts'

type Options = Parameters<typeof aClient>[1]

/** A fake server, and a client that has opened its conversation. */
async function opened(options?: Options) {
  const server = await aFakeChat()
  const client = aClient(server.url, options)
  await client.chat.ready
  await client.chat.open(conversation)
  return { server, ...client, room: client.chat.room }
}

describe('sending', () => {
  it('sends an unacknowledged message again, with the same key, after the connection breaks', async () => {
    const { server, room, events, shown } = await opened()
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
    expect(shown()).toEqual(['hello'])
  })

  it('stores messages in the order in which they were sent', async () => {
    const { server, room, shown } = await opened()
    await Promise.all(['one', 'two', 'three'].map((text) => room?.send(text)))
    expect(server.of('send_message').map(({ message }) => message.content)).toEqual(['one', 'two', 'three'])
    expect(shown()).toEqual(['one', 'two', 'three'])
  })

  it('repeats a request after a timeout or a retryable error, and gives up after the last attempt', async () => {
    const { server, room } = await opened({ timing: { answerTimeoutMs: 5 } })
    server.intercept = ({ type, request_id }, socket) => {
      if (type !== 'send_message') return false
      const sent = server.of('send_message').length
      const error = { type: 'error', code: 'unavailable', message: 'try later', retryable: true, request_id }
      if (sent > 1) socket.send(JSON.stringify(error))
      return true
    }
    await expect(room?.send('hello')).rejects.toMatchObject({ code: 'unavailable', message: 'try later' })
    expect(server.of('send_message')).toHaveLength(3)
  })
})

describe('receiving', () => {
  it('holds a push that arrives early until the missing entry is fetched', async () => {
    const { server, shown } = await opened()
    server.store('first')
    const message = server.store('second')
    server.push({ type: 'new_message', conversation_id: conversation, message })
    await vi.waitFor(() => expect(shown()).toEqual(['first', 'second']))
  })

  it('shows a repeated push once', async () => {
    const { server, shown } = await opened()
    const message = server.store('once')
    for (const _ of [1, 2]) server.push({ type: 'new_message', conversation_id: conversation, message })
    server.push({ type: 'new_message', conversation_id: conversation, message: server.store('then') })
    await vi.waitFor(() => expect(shown()).toEqual(['once', 'then']))
  })

  it('fetches an entry that was never pushed, after the next ping', async () => {
    const { server, shown } = await opened({ timing: { heartbeatMs: 5 } })
    server.store('not pushed')
    await vi.waitFor(() => expect(shown()).toEqual(['not pushed']))
  })

  it('resumes after the last entry it has, and shows what it missed', async () => {
    const { server, shown } = await opened()
    server.push({ type: 'new_message', conversation_id: conversation, message: server.store('before') })
    await vi.waitFor(() => expect(shown()).toEqual(['before']))
    server.store('missed')
    server.dropAll()
    await vi.waitFor(() => expect(shown()).toEqual(['before', 'missed']))
    expect(server.of('join_conversation').at(-1)).toMatchObject({ connection: 2, after_seq: 1 })
  })

  it('drops a connection on which pings are not answered', async () => {
    const { server, events } = await opened({ timing: { heartbeatMs: 5 } })
    server.intercept = ({ type }) => type === 'ping'
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('signed_in_again'))
    expect(server.frames.at(-1)?.connection).toBeGreaterThan(1)
  })
})

describe('changing', () => {
  it('shows an edit and a deletion as entries of the log', async () => {
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

  it('retries a call after a temporary failure, unless the call is not idempotent', async () => {
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
  it('marks messages as read only when they are shown to a person', async () => {
    const interactive = await opened({ interactive: true })
    const scripted = await opened()
    for (const { server, shown } of [interactive, scripted]) {
      server.push({ type: 'new_message', conversation_id: conversation, message: server.store('hello') })
      await vi.waitFor(() => expect(shown()).toEqual(['hello']))
    }
    await vi.waitFor(() => expect(interactive.server.of('mark_read')).toMatchObject([{ seq: 1 }]))
    await scripted.room?.send('hi')
    expect(scripted.server.of('mark_read')).toEqual([])
    await scripted.room?.read()
    expect(scripted.server.of('mark_read')).toMatchObject([{ seq: 2 }])
  })
})

describe('the session', () => {
  it('renews the token on the same connection before it expires', async () => {
    const server = await aFakeChat()
    server.tokenLifetimeMs = 20
    aClient(server.url)
    await vi.waitFor(() => expect(server.of('authenticate').length).toBeGreaterThan(1))
    expect(server.frames.every(({ connection }) => connection === 1)).toBe(true)
  })

  it('ends when a newer connection replaces it', async () => {
    const { server, chat } = await opened()
    server.push({ type: 'error', code: 'replaced', message: 'a newer connection', retryable: false })
    await expect(chat.failed).rejects.toMatchObject({ code: 'replaced' })
  })

  it('closes a conversation that it can no longer join, and reports the error', async () => {
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

  it('fails after the maximum number of reconnects', async () => {
    const { chat } = aClient('127.0.0.1:9')
    await expect(chat.failed).rejects.toThrow('The chat cannot be reached: connect ECONNREFUSED 127.0.0.1:9.')
  })
})
