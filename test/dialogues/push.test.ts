import { describe, expect, it } from 'vitest'
import { anAdmin, aPair, join, joined, message, post, pushes } from '../support/chat.ts'
import { openStores } from '../support/stores.ts'

describe('pushes of a message', () => {
  it('[PUSH-1] a message sent over the socket reaches every joined connection except the sending one', async () => {
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

  it('[PUSH-2] a message sent over REST reaches every connection of the other participants, joined or not', async () => {
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

  it('[PUSH-3] any text that is not the id of an own connection is ignored', async () => {
    const { ada, conversation } = await aPair()
    for (const connection_id of ['unknown', '', '\ud800', '__proto__']) {
      const path = `/conversations/${conversation}/messages`
      expect(await ada.call('POST', path, { content: 'hi', connection_id })).toMatchObject({ status: 200 })
    }
  })

  it('[PUSH-3] a REST call that names its own connection pushes to the other connections of the caller', async () => {
    const { ada, bob, conversation } = await aPair()
    const [named, other, foreign] = [await ada.connect(), await ada.connect(), await bob.connect()]
    await post(ada, conversation, 'hi', { connection_id: named.connectionId })
    expect(await other.next('new_message')).toMatchObject({ message: { seq: 1 } })
    expect(pushes(named)).toEqual([])
    await post(ada, conversation, 'hi', { connection_id: foreign.connectionId })
    expect(await named.next('conversation_updated')).toMatchObject({ last_seq: 2 })
    await foreign.next('new_message')
    expect(await foreign.next('new_message')).toMatchObject({ message: { seq: 2 } })
  })

  it('[PUSH-4] connections that have not joined receive conversation_updated with their own unread_count', async () => {
    const { ada, bob, conversation } = await aPair()
    const [sending, mine, theirs] = [
      await joined(ada, conversation),
      await ada.connect(),
      await bob.connect(),
    ]
    await sending.ask(message(conversation, 'one'))
    await sending.ask(message(conversation, 'two'))
    await theirs.next('conversation_updated')
    expect(await theirs.next('conversation_updated')).toEqual({
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
    await post(ada, conversation, 'once', { client_message_id: 'k' })
    await a.ask(message(conversation, 'last'))
    await b.next('new_message')
    expect(await b.next('new_message')).toMatchObject({ message: { seq: 2 } })
    expect(pushes(b)).toHaveLength(2)
  })

  it('[PUSH-6] non-participants receive nothing', async () => {
    const { ada, bob, conversation } = await aPair()
    const eve = await (await anAdmin('eve')).connect()
    await eve.ask(join(conversation))
    await post(ada, conversation, 'secret')
    await (await bob.connect()).ask(message(conversation, 'secret too'))
    await eve.ask({ type: 'ping' })
    expect(pushes(eve)).toEqual([])
  })

  it('[PUSH-7] a connection that no longer exists does not fail the delivery, and its rows are removed', async () => {
    const { ada, bob, conversation } = await aPair()
    const stores = openStores()
    const ghost = 'Z2hvc3QtZ2hvc3Q='
    const [tomorrow, now] = [Date.now() + 86_400_000, Date.now()]
    await stores.register.add({ id: ghost, openedAt: now })
    await stores.authenticate({ id: ghost, user: bob.id, since: now, tokenExpiresAt: tomorrow })
    await stores.subscriptions.join(conversation, bob.id, ghost, tomorrow, now)
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    expect(await a.ask(message(conversation, 'hi'))).toMatchObject({ type: 'message_sent' })
    await b.next('new_message')
    // A REST call answers after its own fan-out, so the cleanup after the previous one is done too.
    await post(ada, conversation, 'again')
    expect(await stores.connections.find(ghost)).toBeUndefined()
    expect((await stores.connections.userConnections(bob.id)).map(({ id }) => id)).toEqual([b.connectionId])
    const participants = await stores.conversations.participants(conversation)
    expect([...(participants.get(bob.id)?.joined.keys() ?? [])]).toEqual([b.connectionId])
  })

  it('[PUSH-7] a disconnect removes every row of the connection', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    await a.close()
    const stores = openStores()
    await expect.poll(async () => await stores.connections.find(a.connectionId)).toBeUndefined()
    await expect.poll(async () => await stores.connections.userConnections(ada.id)).toEqual([])
    await expect
      .poll(async () => (await stores.conversations.participants(conversation)).get(ada.id)?.joined.size)
      .toBe(0)
    expect(await b.ask(message(conversation, 'hi'))).toMatchObject({ type: 'message_sent' })
  })

  it('[PUSH-8] a message sent during a join is either pushed or included in the answer to the join', async () => {
    const { ada, bob, conversation } = await aPair()
    const a = await joined(ada, conversation)
    for (let round = 0; round < 10; round++) {
      const b = await bob.connect()
      const [answer, sent] = await Promise.all([
        b.ask(join(conversation, { after_seq: round })),
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
  it('[PING-1] pong carries the last seq of every joined conversation', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    await post(bob, conversation, 'hi')
    expect(await socket.ask({ type: 'ping' })).toEqual({
      type: 'pong',
      time: expect.stringMatching(/Z$/),
      heads: { [conversation]: 1 },
      request_id: expect.any(String),
    })
  })
})
