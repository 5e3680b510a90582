import { describe, expect, it } from 'vitest'
import {
  aGroup,
  anAdmin,
  aPair,
  conversationsOf,
  history,
  joined,
  leavePath,
  markRead,
  message,
  messagePath,
  post,
  pushes,
} from '../support/chat.ts'
import { storeMessages } from '../support/rows.ts'

describe('reading', () => {
  it('[READ-1] [READ-4] moves the cursor, which determines unread_count and is_read', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(bob, conversation)
    for (const content of ['one', 'two', 'three']) await post(ada, conversation, content)
    expect(await socket.ask(markRead(conversation, 2))).toMatchObject({
      type: 'marked_read',
      conversation_id: conversation,
      last_read_seq: 2,
      unread_count: 1,
    })
    const isRead = async (reader: typeof ada) =>
      (await history(reader, conversation)).map(({ is_read, read_at }) => [is_read, typeof read_at])
    const expected = [
      [true, 'string'],
      [true, 'string'],
      [false, 'undefined'],
    ]
    expect(await isRead(ada)).toEqual(expected)
    expect(await isRead(bob)).toEqual(expected)
    expect(await socket.ask(markRead(conversation, 999))).toMatchObject({ last_read_seq: 3, unread_count: 0 })
  })

  it('[READ-1] over REST reads everything if there is no seq or no body', async () => {
    const { ada, bob, conversation } = await aPair()
    for (const content of ['one', 'two', 'three']) await post(ada, conversation, content)
    await post(bob, conversation, 'four')
    const path = `/conversations/${conversation}/mark-read`
    const first = await bob.call('POST', path, { seq: 1 })
    expect(first.body['data']).toEqual({ last_read_seq: 1, marked_read: 1, unread_count: 2 })
    const all = await bob.call('POST', path)
    expect(all.body['data']).toEqual({ last_read_seq: 4, marked_read: 2, unread_count: 0 })
    expect((await conversationsOf(bob))[0]).toMatchObject({ id: conversation, unread_count: 0 })
  })

  it('[READ-2] never moves the cursor back, and then pushes nothing', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    for (const content of ['one', 'two']) await a.ask(message(conversation, content))
    await b.ask(markRead(conversation, 2))
    await a.next('message_read')
    for (const seq of [2, 1, 0]) {
      expect(await b.ask(markRead(conversation, seq))).toMatchObject({ last_read_seq: 2, unread_count: 0 })
    }
    await a.ask({ type: 'ping' })
    expect(pushes(a)).toEqual(['message_read'])
  })

  it("[READ-3] is pushed to the other participants' joined connections and to the reader's other connections", async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, notJoined] = [await joined(ada, conversation), await ada.connect()]
    const [reading, other] = [await joined(bob, conversation), await bob.connect()]
    await a.ask(message(conversation, 'one'))
    await reading.ask(markRead(conversation, 1))
    const read = {
      type: 'message_read',
      conversation_id: conversation,
      user_id: bob.id,
      last_read_seq: 1,
      read_at: expect.stringMatching(/Z$/),
    }
    expect(await a.next('message_read')).toEqual(read)
    expect(await other.next('message_read')).toEqual({ ...read, unread_count: 0 })
    await notJoined.ask({ type: 'ping' })
    expect(pushes(notJoined)).toEqual(['conversation_updated'])
    expect(pushes(reading)).toEqual(['new_message'])
  })

  it("[READ-3] goes only to the reader's other connections once a group has had more than 10 participants", async () => {
    const more = ['cyd', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon', 'kim'] as const
    const { ada, bob, kim, group } = await aGroup('ada', 'bob', ...more)
    const [a, reading, other] = [await joined(ada, group), await bob.connect(), await bob.connect()]
    for (const left of [0, 1]) {
      if (left) await kim.call('POST', leavePath(group))
      const { seq } = await post(ada, group, 'hi')
      await reading.ask(markRead(group, seq))
      expect(await other.next('message_read')).toMatchObject({ last_read_seq: seq, unread_count: 0 })
    }
    await a.ask({ type: 'ping' })
    expect(pushes(a)).not.toContain('message_read')
  })

  it('[READ-5] deleted messages do not count in lists and answers', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await bob.connect()
    const listed = async () => (await conversationsOf(bob))[0]?.['unread_count']
    for (const content of ['one', 'two', 'three', 'four']) await post(ada, conversation, content)
    for (const seq of [2, 3]) await ada.call('DELETE', messagePath(conversation, seq))
    expect(await listed()).toBe(2)
    await post(ada, conversation, 'five')
    expect(await listed()).toBe(3)
    expect(await socket.ask(markRead(conversation, 1))).toMatchObject({ unread_count: 2 })
    const answer = await bob.call('POST', `/conversations/${conversation}/mark-read`, { seq: 4 })
    expect(answer.body['data']).toEqual({ last_read_seq: 4, marked_read: 1, unread_count: 1 })
    expect(await listed()).toBe(1)
  })

  it('[READ-5] a list with nothing but deleted messages after the cursor counts none', async () => {
    const { ada, bob, conversation } = await aPair()
    for (let n = 1; n <= 5; n++) await post(ada, conversation, `${n}`)
    for (let n = 1; n <= 5; n++) await ada.call('DELETE', messagePath(conversation, n))
    expect((await conversationsOf(bob))[0]).toMatchObject({ unread_count: 0 })
  })

  it('[READ-4] in a group a message is read once all other participants have read it', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const { seq } = await post(ada, group, 'hi')
    const isRead = async () => (await history(ada, group)).find((entry) => entry['seq'] === seq)?.['is_read']
    for (const other of [bob, cyd]) {
      expect(await isRead()).toBe(false)
      await other.call('POST', `/conversations/${group}/mark-read`)
    }
    expect(await isRead()).toBe(true)
  })

  it('[READ-5] in a large group the list counts messages in the log, up to 100', async () => {
    const more = ['cyd', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon', 'kim'] as const
    const { ada, bob, group } = await aGroup('ada', 'bob', ...more)
    const listed = async () => (await conversationsOf(bob))[0]
    await bob.call('POST', `/conversations/${group}/mark-read`)
    for (let n = 0; n < 3; n++) await post(ada, group, 'hi')
    await post(bob, group, 'an own message does not count')
    expect(await listed()).toMatchObject({ unread_count: 3 })
    const { body } = await bob.call('POST', `/conversations/${group}/mark-read`)
    expect(body['data']).toMatchObject({ marked_read: 3, unread_count: 0 })

    const { seq } = await post(ada, group, 'hi')
    await storeMessages(group, ada.id, seq + 1, Array(100).fill('hi'))
    expect(await listed()).toMatchObject({ unread_count: 100 })
  })

  it('[READ-6] is refused to non-participants', async () => {
    const { conversation } = await aPair()
    const eve = await anAdmin('eve')
    const socket = await eve.connect()
    expect(await socket.ask(markRead(conversation, 1))).toMatchObject({ type: 'error', code: 'not_found' })
    expect((await eve.call('POST', `/conversations/${conversation}/mark-read`)).status).toBe(404)
    expect(await socket.ask(markRead(conversation, -1))).toMatchObject({ code: 'bad_request' })
    expect((await eve.call('POST', `/conversations/${conversation}/mark-read`, { seq: 'x' })).status).toBe(
      400,
    )
  })
})
