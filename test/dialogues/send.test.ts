import { describe, expect, it } from 'vitest'
import { anAdmin, aPair, joined, message, pushes } from '../support/chat.ts'

describe('sending', () => {
  it('[SEND-1] a message is stored and acknowledged with what the server made of it', async () => {
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
    const { body } = await ada.call('GET', `/conversations/${conversation}/messages`)
    expect(body['data'].messages).toEqual([answer['message']])
  })

  it('[SEND-2] concurrent senders leave no hole and overwrite nothing', async () => {
    const { ada, bob, conversation } = await aPair()
    const sockets = await Promise.all([ada, ada, bob, bob].map((admin) => joined(admin, conversation)))
    const answers = await Promise.all(
      sockets.flatMap((socket, s) => [1, 2, 3].map((n) => socket.ask(message(conversation, `${s}.${n}`)))),
    )
    expect(answers.map(({ message: { seq } }) => seq).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    )
    const { body } = await ada.call('GET', `/conversations/${conversation}/messages`)
    expect(body['data'].messages.map(({ id }: { id: string }) => id).sort()).toEqual(
      answers.map(({ message: { id } }) => id).sort(),
    )
  })

  it('[SEND-3] a repeated client_message_id stores once, over the socket, over REST and at the same time', async () => {
    const { ada, conversation } = await aPair()
    const [one, two] = [await joined(ada, conversation), await joined(ada, conversation)]
    const frame = message(conversation, 'once', { client_message_id: 'key' })
    const post = () =>
      ada.call('POST', `/conversations/${conversation}/messages`, {
        content: 'once',
        client_message_id: 'key',
      })
    const [a, b, c, d] = await Promise.all([one.ask(frame), two.ask(frame), post(), post()])
    const ids = [a, b, c.body['data'], d.body['data']].map(({ message: { id } }) => id)
    expect(new Set(ids).size).toBe(1)
    expect([a, b].filter((answer) => !answer['duplicate']).length).toBeLessThanOrEqual(1)
    const again = await one.ask(frame)
    expect(again).toMatchObject({ type: 'message_sent', duplicate: true, message: { id: ids[0], seq: 1 } })
    const { body } = await ada.call('GET', `/conversations/${conversation}/messages`)
    expect(body['data']).toMatchObject({ last_seq: 1, messages: [{ content: 'once' }] })
  })

  it('[SEND-4] the same key with other words is a conflict, another sender’s key is another key', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await ada.connect(), await bob.connect()]
    await a.ask(message(conversation, 'mine', { client_message_id: 'k' }))
    expect(await a.ask(message(conversation, 'other', { client_message_id: 'k' }))).toMatchObject({
      type: 'error',
      code: 'idempotency_conflict',
    })
    const over = await ada.call('POST', `/conversations/${conversation}/messages`, {
      content: 'mine',
      metadata: { a: 1 },
      client_message_id: 'k',
    })
    expect(over).toMatchObject({ status: 409, body: { success: false, code: 'idempotency_conflict' } })
    expect(await b.ask(message(conversation, 'yours', { client_message_id: 'k' }))).toMatchObject({
      message: { seq: 2 },
    })
  })

  it('[SEND-5] emitting what was saved over REST stores nothing new', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    const saved = await ada.call('POST', `/conversations/${conversation}/messages`, {
      content: 'saved',
      connection_id: a.connectionId,
    })
    const stored = saved.body['data'].message
    const emitted = { type: 'send_message', conversation_id: conversation, message: stored }
    expect(await a.ask(emitted)).toMatchObject({ duplicate: true, message: stored })
    expect(await b.ask(emitted)).toMatchObject({ message: { seq: 2, sender_id: bob.id } })
    expect(
      await a.ask({ ...emitted, message: { content: 'new', id: '1-aaaaaaaaaaaaaaaaaaaaaa' } }),
    ).toMatchObject({
      message: { seq: 3 },
    })
  })

  it('[SEND-6] speaking in somebody else’s name is forbidden', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    expect(await socket.ask(message(conversation, 'hi', { sender_id: bob.id }))).toMatchObject({
      code: 'forbidden',
    })
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ heads: { [conversation]: 0 } })
  })

  it('[SEND-7] an outsider cannot send, nor tell whether the conversation exists', async () => {
    const { ada, conversation } = await aPair()
    const eve = await anAdmin('eve')
    const socket = await eve.connect()
    for (const id of [conversation, 'nowhere']) {
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

  it('[SEND-8] content is kept as it was written', async () => {
    const { ada, conversation } = await aPair()
    const socket = await ada.connect()
    for (const content of ['  e\u0301 \u0000 \u202e<script>\n', '😀'.repeat(2000)]) {
      expect(await socket.ask(message(conversation, content))).toMatchObject({ message: { content } })
    }
  })

  it('[SEND-9] metadata comes back as it was given', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    const metadata = JSON.parse('{"b":1.5,"a":[null,true,{"__proto__":"x"}],"":"é","big":9007199254740993}')
    await a.ask({ type: 'send_message', conversation_id: conversation, message: { content: 'm', metadata } })
    expect(JSON.stringify((await b.next('new_message'))['message'].metadata)).toBe(JSON.stringify(metadata))
  })

  it('[SEND-10] a sender need not have joined', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await ada.connect(), await joined(bob, conversation)]
    await a.ask(message(conversation, 'from outside'))
    expect(await b.next('new_message')).toMatchObject({ message: { content: 'from outside' } })
    expect(pushes(a)).toEqual([])
  })
})
