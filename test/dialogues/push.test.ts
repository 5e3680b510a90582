import { describe, expect, it } from 'vitest'
import { anAdmin, aPair, joined, message, pushes } from '../support/chat.ts'
import { openStores } from '../support/stores.ts'

describe('who is told', () => {
  it('[PUSH-1] a message over the socket goes to every joined connection but the sending one', async () => {
    const { ada, bob, conversation } = await aPair()
    const [sending, otherDevice, b1, b2] = await Promise.all(
      [ada, ada, bob, bob].map((admin) => joined(admin, conversation)),
    )
    await sending?.ask(message(conversation, 'hi'))
    for (const socket of [otherDevice, b1, b2]) {
      expect(await socket?.next('new_message')).toMatchObject({
        conversation_id: conversation,
        message: { seq: 1, content: 'hi', sender_id: ada.id, is_read: false },
      })
    }
    expect(sending && pushes(sending)).toEqual([])
  })

  it('[PUSH-2] a message over REST goes to every connection of the others, joined or not', async () => {
    const { ada, bob, conversation } = await aPair()
    const [mine, b1, b2] = [
      await joined(ada, conversation),
      await joined(bob, conversation),
      await bob.connect(),
    ]
    const { status, body } = await ada.call('POST', `/conversations/${conversation}/messages`, {
      content: 'hi',
    })
    expect([status, body['success'], body['data'].message.seq]).toEqual([200, true, 1])
    for (const socket of [b1, b2])
      expect(await socket.next('new_message')).toMatchObject({ message: { seq: 1 } })
    expect(await mine.next('conversation_updated')).toMatchObject({ last_seq: 1, unread_count: 0 })
    for (const socket of [mine, b1, b2]) expect(pushes(socket)).toHaveLength(1)
  })

  it('[PUSH-3] a REST call that names its own connection tells the caller’s other ones', async () => {
    const { ada, bob, conversation } = await aPair()
    const [named, other, foreign] = [await ada.connect(), await ada.connect(), await bob.connect()]
    const post = (connection_id: string) =>
      ada.call('POST', `/conversations/${conversation}/messages`, { content: 'hi', connection_id })
    await post(named.connectionId)
    expect(await other.next('new_message')).toMatchObject({ message: { seq: 1 } })
    expect(pushes(named)).toEqual([])
    await post(foreign.connectionId)
    expect(await named.next('conversation_updated')).toMatchObject({ last_seq: 2 })
    await foreign.next('new_message')
    expect(await foreign.next('new_message')).toMatchObject({ message: { seq: 2 } })
  })

  it('[PUSH-4] connections that did not join get the list’s news, with their own unread count', async () => {
    const { ada, bob, conversation } = await aPair()
    const [sending, mine, theirs] = [
      await joined(ada, conversation),
      await ada.connect(),
      await bob.connect(),
    ]
    await sending.ask(message(conversation, 'one'))
    await sending.ask(message(conversation, 'two'))
    await theirs.next('conversation_updated')
    const news = await theirs.next('conversation_updated')
    expect(news).toEqual({
      type: 'conversation_updated',
      conversation_id: conversation,
      last_seq: 2,
      last_message: expect.objectContaining({ seq: 2, content: 'two' }),
      unread_count: 2,
    })
    expect(await mine.next('conversation_updated')).toMatchObject({ unread_count: 0 })
    expect(pushes(sending)).toEqual([])
    expect(pushes(theirs)).not.toContain('new_message')
  })

  it('[PUSH-5] a repeated send is not pushed again', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    const frame = message(conversation, 'once', { client_message_id: 'k' })
    await a.ask(frame)
    await a.ask(frame)
    await ada.call('POST', `/conversations/${conversation}/messages`, {
      content: 'once',
      client_message_id: 'k',
    })
    await a.ask(message(conversation, 'last'))
    await b.next('new_message')
    expect(await b.next('new_message')).toMatchObject({ message: { seq: 2 } })
    expect(pushes(b)).toHaveLength(2)
  })

  it('[PUSH-6] who is no participant hears nothing', async () => {
    const { ada, bob, conversation } = await aPair()
    const eve = await (await anAdmin('eve')).connect()
    await eve.ask({ type: 'join_conversation', conversation_id: conversation })
    await ada.call('POST', `/conversations/${conversation}/messages`, { content: 'secret' })
    await (await bob.connect()).ask(message(conversation, 'secret too'))
    await eve.ask({ type: 'ping' })
    expect(pushes(eve)).toEqual([])
  })

  it('[PUSH-7] a connection that is gone spoils nothing and leaves no rows', async () => {
    const { ada, bob, conversation } = await aPair()
    const stores = openStores()
    const ghost = 'Z2hvc3QtZ2hvc3Q='
    const [tomorrow, now] = [Date.now() + 86_400_000, Date.now()]
    await stores.connections.open(ghost, now)
    await stores.authenticate({ id: ghost, user: bob.id, since: now, tokenExpiresAt: tomorrow })
    await stores.subscriptions.join(conversation, bob.id, ghost, tomorrow)
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    expect(await a.ask(message(conversation, 'hi'))).toMatchObject({ type: 'message_sent' })
    await b.next('new_message')
    // The next answer of REST comes after its own fan-out, and so after the clean-up of the one before it.
    await ada.call('POST', `/conversations/${conversation}/messages`, { content: 'again' })
    expect(await stores.connections.find(ghost)).toBeUndefined()
    expect((await stores.connections.userConnections(bob.id)).map(({ id }) => id)).toEqual([b.connectionId])
    const participants = await stores.conversations.participants(conversation)
    expect([...(participants.get(bob.id)?.joined.keys() ?? [])]).toEqual([b.connectionId])
  })

  it('[PUSH-7] after a disconnect nothing is kept of the connection', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    await a.close()
    const stores = openStores()
    await expect.poll(async () => await stores.connections.find(a.connectionId)).toBeUndefined()
    await expect.poll(async () => await stores.connections.userConnections(ada.id)).toEqual([])
    await expect
      .poll(async () => (await stores.conversations.participants(conversation)).get(ada.id)?.joined.size)
      .toBe(0)
    expect(await b.ask(message(conversation, 'anybody?'))).toMatchObject({ type: 'message_sent' })
  })

  it('[PUSH-8] a join among sends misses nothing: each message is pushed or in the answer', async () => {
    const { ada, bob, conversation } = await aPair()
    const a = await joined(ada, conversation)
    for (let round = 0; round < 10; round++) {
      const b = await bob.connect()
      const [answer, sent] = await Promise.all([
        b.ask({ type: 'join_conversation', conversation_id: conversation, after_seq: round }),
        a.ask(message(conversation, `round ${round}`)),
      ])
      const { seq } = sent['message']
      if (answer['last_seq'] < seq) expect((await b.next('new_message'))['message'].seq).toBe(seq)
      else expect(answer['messages'].at(-1).seq).toBe(seq)
      b.terminate()
    }
  })
})

describe('heartbeat', () => {
  it('[PING-1] pong brings the heads of joined conversations', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    await bob.call('POST', `/conversations/${conversation}/messages`, { content: 'hi' })
    expect(await socket.ask({ type: 'ping' })).toEqual({
      type: 'pong',
      time: expect.stringMatching(/Z$/),
      heads: { [conversation]: 1 },
      request_id: expect.any(String),
    })
  })
})
