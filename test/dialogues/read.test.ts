import { describe, expect, it } from 'vitest'
import { aGroup, anAdmin, aPair, history, joined, message, post, pushes } from '../support/chat.ts'

describe('reading', () => {
  it('[READ-1] [READ-4] moves the cursor, from which unread counts and is_read follow', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(bob, conversation)
    for (const content of ['one', 'two', 'three']) await post(ada, conversation, content)
    const read = { type: 'mark_read', conversation_id: conversation }
    expect(await socket.ask({ ...read, seq: 2 })).toMatchObject({
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
    expect(await socket.ask({ ...read, seq: 999 })).toMatchObject({ last_read_seq: 3, unread_count: 0 })
  })

  it('[READ-1] over REST reads everything without a seq, also without a body', async () => {
    const { ada, bob, conversation } = await aPair()
    for (const content of ['one', 'two', 'three']) await post(ada, conversation, content)
    await post(bob, conversation, 'four')
    const path = `/conversations/${conversation}/mark-read`
    const first = await bob.call('POST', path, { seq: 1 })
    expect(first.body['data']).toEqual({ last_read_seq: 1, marked_read: 1, unread_count: 2 })
    const all = await bob.call('POST', path)
    expect(all.body['data']).toEqual({ last_read_seq: 4, marked_read: 2, unread_count: 0 })
    const listed = await bob.call('GET', '/conversations')
    expect(listed.body['data'].conversations[0]).toMatchObject({ id: conversation, unread_count: 0 })
  })

  it('[READ-2] never moves back, and then tells nobody', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    for (const content of ['one', 'two']) await a.ask(message(conversation, content))
    const read = { type: 'mark_read', conversation_id: conversation }
    await b.ask({ ...read, seq: 2 })
    await a.next('message_read')
    for (const seq of [2, 1, 0]) {
      expect(await b.ask({ ...read, seq })).toMatchObject({ last_read_seq: 2, unread_count: 0 })
    }
    await a.ask({ type: 'ping' })
    expect(pushes(a)).toEqual(['message_read'])
  })

  it('[READ-3] is told to the others who joined and to the reader’s other connections', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, listing] = [await joined(ada, conversation), await ada.connect()]
    const [reading, other] = [await joined(bob, conversation), await bob.connect()]
    await a.ask(message(conversation, 'one'))
    await reading.ask({ type: 'mark_read', conversation_id: conversation, seq: 1 })
    for (const socket of [a, other]) {
      expect(await socket.next('message_read')).toEqual({
        type: 'message_read',
        conversation_id: conversation,
        user_id: bob.id,
        last_read_seq: 1,
        read_at: expect.stringMatching(/Z$/),
      })
    }
    await listing.ask({ type: 'ping' })
    expect(pushes(listing)).toEqual(['conversation_updated'])
    expect(pushes(reading)).toEqual(['new_message'])
  })

  it('[READ-4] in a group a message is read when everybody else has read it', async () => {
    const { creator, others, group } = await aGroup()
    const { seq } = await post(creator, group, 'all of you')
    const isRead = async () =>
      (await history(creator, group)).find((entry) => entry['seq'] === seq)?.['is_read']
    for (const other of others) {
      expect(await isRead()).toBe(false)
      await other.call('POST', `/conversations/${group}/mark-read`)
    }
    expect(await isRead()).toBe(true)
  })

  it('[READ-5] in a large group the list counts too, and stops at 100', async () => {
    const { creator, others, group } = await aGroup(Array.from({ length: 12 }, (_, n) => `u${n}`))
    const [reader] = others
    if (!reader) throw new Error('nobody')
    const unread = async () =>
      (await reader.call('GET', '/conversations')).body['data'].conversations[0].unread_count
    await reader.call('POST', `/conversations/${group}/mark-read`)
    for (let n = 0; n < 3; n++) await post(creator, group, 'x')
    await post(reader, group, 'mine does not count')
    expect(await unread()).toBe(3)
    const { body } = await reader.call('POST', `/conversations/${group}/mark-read`)
    expect(body['data']).toMatchObject({ marked_read: 3, unread_count: 0 })
    for (let n = 0; n < 90; n++)
      await Promise.all([post(creator, group, 'x'), n < 20 && post(creator, group, 'y')])
    expect(await unread()).toBe(100)
  })

  it('[READ-6] belongs to participants', async () => {
    const { conversation } = await aPair()
    const eve = await anAdmin('eve')
    const socket = await eve.connect()
    const frame = { type: 'mark_read', conversation_id: conversation, seq: 1 }
    expect(await socket.ask(frame)).toMatchObject({ type: 'error', code: 'not_found' })
    expect((await eve.call('POST', `/conversations/${conversation}/mark-read`)).status).toBe(404)
    expect(await socket.ask({ ...frame, seq: -1 })).toMatchObject({ code: 'bad_request' })
    expect((await eve.call('POST', `/conversations/${conversation}/mark-read`, { seq: 'x' })).status).toBe(
      400,
    )
  })
})
