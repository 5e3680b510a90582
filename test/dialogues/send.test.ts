import { describe, expect, it } from 'vitest'
import { anAdmin, aPair, history, joined, message, post, pushes } from '../support/chat.ts'

describe('sending', () => {
  it('[SEND-1] a message is stored and acknowledged with the fields that the server sets', async () => {
    const { ada, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    const answer = await socket.ask({
      ...message(conversation, 'hello', { sender_id: ada.id, client_message_id: 'c-1' }),
      message: {
        content: 'hello',
        metadata: { mood: 'fine' },
        seq: 99,
        created_at: 'never',
        sender_id: 'eve',
      },
    })
    expect(answer).toEqual({
      type: 'message_sent',
      conversation_id: conversation,
      client_message_id: 'c-1',
      message: {
        id: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        conversation_id: conversation,
        seq: 1,
        kind: 'message',
        sender_id: ada.id,
        content: 'hello',
        metadata: { mood: 'fine' },
        client_message_id: 'c-1',
        created_at: expect.stringMatching(/Z$/),
        is_read: false,
      },
      request_id: expect.any(String),
    })
    expect(await history(ada, conversation)).toEqual([answer['message']])
  })

  it('[SEND-2] concurrent senders leave no gaps and overwrite nothing', async () => {
    const { ada, bob, conversation } = await aPair()
    const sockets = await Promise.all([ada, ada, bob, bob].map((admin) => joined(admin, conversation)))
    const answers = await Promise.all(
      sockets.flatMap((socket, s) => [1, 2, 3].map((n) => socket.ask(message(conversation, `${s}.${n}`)))),
    )
    expect(answers.map(({ message: { seq } }) => seq).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    )
    expect((await history(ada, conversation)).map(({ id }) => id).sort()).toEqual(
      answers.map(({ message: { id } }) => id).sort(),
    )
  })

  it('[SEND-3] a repeated client_message_id is stored once, over the socket and REST, concurrently or later', async () => {
    const { ada, conversation } = await aPair()
    const [one, two] = [await joined(ada, conversation), await joined(ada, conversation)]
    const frame = message(conversation, 'once', { client_message_id: 'key' })
    const overRest = () => post(ada, conversation, 'once', { client_message_id: 'key' })
    const [a, b, c, d] = await Promise.all([one.ask(frame), two.ask(frame), overRest(), overRest()])
    const ids = [a['message'], b['message'], c, d].map(({ id }) => id)
    expect(new Set(ids).size).toBe(1)
    expect([a, b].filter((answer) => !answer['duplicate']).length).toBeLessThanOrEqual(1)
    const again = await one.ask(frame)
    expect(again).toMatchObject({ type: 'message_sent', duplicate: true, message: { id: ids[0], seq: 1 } })
    const { body } = await ada.call('GET', `/conversations/${conversation}/messages`)
    expect(body['data']).toMatchObject({ last_seq: 1, messages: [{ content: 'once' }] })
  })

  it('[SEND-4] the same key with different content is a conflict, but not if the sender is different', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await ada.connect(), await bob.connect()]
    await a.ask(message(conversation, 'mine', { client_message_id: 'k' }))
    expect(await a.ask(message(conversation, 'other', { client_message_id: 'k' }))).toMatchObject({
      type: 'error',
      code: 'idempotency_conflict',
    })
    const overRest = await ada.call('POST', `/conversations/${conversation}/messages`, {
      content: 'mine',
      metadata: { a: 1 },
      client_message_id: 'k',
    })
    expect(overRest).toMatchObject({ status: 409, body: { success: false, code: 'idempotency_conflict' } })
    expect(await b.ask(message(conversation, 'yours', { client_message_id: 'k' }))).toMatchObject({
      message: { seq: 2 },
    })
  })

  it('[SEND-5] sending a message that was stored over REST stores nothing new', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    const stored = await post(ada, conversation, 'stored', { connection_id: a.connectionId })
    const sent = { type: 'send_message', conversation_id: conversation, message: stored }
    expect(await a.ask(sent)).toMatchObject({ duplicate: true, message: stored })
    expect(await b.ask(sent)).toMatchObject({ message: { seq: 2, sender_id: bob.id } })
    const unknownId = { content: 'new', id: '1-aaaaaaaaaaaaaaaaaaaaaa' }
    expect(await a.ask({ ...sent, message: unknownId })).toMatchObject({ message: { seq: 3 } })
  })

  it('[SEND-6] sending as another user is forbidden', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    expect(await socket.ask(message(conversation, 'hi', { sender_id: bob.id }))).toMatchObject({
      code: 'forbidden',
    })
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ heads: { [conversation]: 0 } })
  })

  it('[SEND-7] a non-participant cannot send, or find out whether the conversation exists', async () => {
    const { ada, conversation } = await aPair()
    const eve = await anAdmin('eve')
    const socket = await eve.connect()
    for (const id of [conversation, 'unknown']) {
      expect(await socket.ask(message(id, 'hi'))).toMatchObject({ code: 'not_found' })
      expect(await eve.call('POST', `/conversations/${id}/messages`, { content: 'hi' })).toMatchObject({
        status: 404,
        body: { success: false, code: 'not_found' },
      })
      expect((await eve.call('GET', `/conversations/${id}/messages`)).status).toBe(404)
    }
    const { body } = await ada.call('GET', `/conversations/${conversation}/messages`)
    expect(body['data'].last_seq).toBe(0)
  })

  it('[SEND-8] content is stored unchanged', async () => {
    const { ada, conversation } = await aPair()
    const socket = await ada.connect()
    for (const content of ['  e\u0301 \u0000 \u202e<script>\n', '😀'.repeat(2000)]) {
      expect(await socket.ask(message(conversation, content))).toMatchObject({ message: { content } })
    }
  })

  it('[SEND-9] metadata is returned unchanged', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    const metadata = JSON.parse('{"b":1.5,"a":[null,true,{"__proto__":"x"}],"":"é","big":9007199254740993}')
    await a.ask({ type: 'send_message', conversation_id: conversation, message: { content: 'm', metadata } })
    expect(JSON.stringify((await b.next('new_message'))['message'].metadata)).toBe(JSON.stringify(metadata))
  })

  it('[SEND-9] over either path, metadata may have six levels and no number that would lose digits', async () => {
    const { ada, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    const path = `/conversations/${conversation}/messages`
    const overRest = async (metadata: string) =>
      (await ada.call('POST', path, `\uFEFF{"content":"x","metadata":${metadata}}`)).body
    const overSocket = async (metadata: string, answer: 'message_sent' | 'error') => {
      const content = `{"content":"x","metadata":${metadata}}`
      socket.send(`\uFEFF{"type":"send_message","conversation_id":"${conversation}","message":${content}}`)
      return await socket.next(answer)
    }
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    for (const metadata of [nested(6), '{"n":[0.1,1.10,1e2,9007199254740992,5e-324]}']) {
      const [{ data }, { message }] = [await overRest(metadata), await overSocket(metadata, 'message_sent')]
      for (const stored of [data.message, message]) expect(stored.metadata).toEqual(JSON.parse(metadata))
    }
    for (const [metadata, code] of [
      [nested(7), 'payload_too_large'],
      ['{"n":653247040368672769}', 'bad_request'],
      ['{"n":{"m":[1,-1e400]}}', 'bad_request'],
    ] as const) {
      expect(await overRest(metadata)).toMatchObject({ success: false, code })
      expect(await overSocket(metadata, 'error')).toMatchObject({ code })
    }
  })

  it('[SEND-10] a sender does not need to join', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await ada.connect(), await joined(bob, conversation)]
    await a.ask(message(conversation, 'not joined'))
    expect(await b.next('new_message')).toMatchObject({ message: { content: 'not joined' } })
    expect(pushes(a)).toEqual([])
  })
})
