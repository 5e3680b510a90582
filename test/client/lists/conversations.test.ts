import { describe, expect, it } from 'vitest'
import { RequestError } from '../../../client/errors.ts'
import { createConversations } from '../../../client/lists/conversations.ts'
import {
  aConversation,
  aGroup,
  aList,
  aMessage,
  anInvitation,
  aPerson,
  at,
  fakeCore,
  me,
  pagesOf,
} from './support.ts'

/** Conversations c0, c1, …, newest first. */
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => aConversation(`c${from + i}`, { updated_at: at(1000 - from - i) }))

const withMessage = (seq: number, fields = {}) => {
  const message = aMessage('c1', seq)
  return aConversation('c1', {
    last_seq: seq,
    last_message: { ...message, timestamp: message.created_at },
    updated_at: message.created_at,
    unread_count: 1,
    ...fields,
  })
}

describe('the list of conversations', () => {
  it('[CLIENT-4] reads the first page when a session begins, in the order of the server', async () => {
    const { ids, calls, list } = await aList(...many(3), aConversation('a', { updated_at: at(998) }))
    expect(ids()).toEqual(['c0', 'c1', 'a', 'c2'])
    expect(calls).toEqual([{ limit: 50 }])
    expect(list.list.getSnapshot().hasMore).toBe(false)
  })

  it('[CLIENT-5] does not read the first page again when one session takes the place of another', async () => {
    const { connect, calls, clock } = await aList(...many(3))
    connect(2, true)
    await clock.advance(5000)
    expect(calls).toHaveLength(1)
    connect(3, false)
    await clock.advance(5000)
    expect(calls).toHaveLength(2)
  })

  it('[CLIENT-5] reads the first page in a tab that opens after the session has rotated', async () => {
    const { core, connect, clock } = fakeCore()
    const pages = pagesOf(() => many(3))
    connect(4, true)
    const { list } = createConversations(core, pages)
    await clock.advance(0)
    expect(list.getSnapshot().items).toHaveLength(3)
  })

  it('[CLIENT-1] keeps no change from before the clock was set back after the next reading', async () => {
    const { list, server, clock, connect, ids } = await aList(...many(2))
    list.put(aConversation('c0', { updated_at: at(1000), unread_count: 1 }))
    clock.setBack(3_600_000)
    server.items = many(1, 1)
    connect()
    await clock.advance(1000)
    expect(ids()).toEqual(['c1'])
  })

  it('[CLIENT-6] reads the first page when polling begins', async () => {
    const { phase, clock, calls } = await aList(...many(3))
    phase('polling')
    await clock.advance(0)
    expect(calls).toHaveLength(2)
  })

  it('[CLIENT-4] reads again later when reading has failed', async () => {
    const { core, connect, clock } = fakeCore()
    let failures = 0
    const pages = pagesOf(() => many(3))
    const listConversations = async () => {
      if (failures++ < 2) throw new RequestError('network', 'lost', { retryable: true })
      return await pages.listConversations()
    }
    const { list } = createConversations(core, { listConversations })
    connect()
    await clock.advance(60_000)
    expect(list.getSnapshot().items).toHaveLength(3)
  })

  it('[CLIENT-4] reads nothing more when it is stopped during a read that fails', async () => {
    const { core, connect, clock } = fakeCore()
    let reads = 0
    const listConversations = async () => {
      reads++
      stop()
      throw new RequestError('network', 'lost', { retryable: true })
    }
    const { stop } = createConversations(core, { listConversations })
    connect()
    await clock.advance(60_000)
    expect(reads).toBe(1)
  })

  it('[CLIENT-4] reads once more when another session begins during a read', async () => {
    const { connect, clock, calls, hook, server, ids } = await aList(...many(3))
    hook.beforeAnswer = () => {
      server.items = many(2)
      connect(3)
    }
    connect(2)
    await clock.advance(1000)
    expect(calls).toHaveLength(3)
    expect(ids()).toEqual(['c0', 'c1'])
  })

  it('[CLIENT-4] loads further pages on demand', async () => {
    const { list, ids, calls } = await aList(...many(120))
    expect([ids().length, list.list.getSnapshot().hasMore]).toEqual([50, true])
    await Promise.all([list.more(), list.more()])
    expect([ids().length, list.list.getSnapshot().hasMore]).toEqual([100, true])
    await list.more()
    await list.more()
    expect(ids()).toEqual(many(120).map(({ id }) => id))
    expect(list.list.getSnapshot().hasMore).toBe(false)
    expect(calls).toHaveLength(3)
  })

  it('[CLIENT-4] reads the list again when the application asks for it', async () => {
    const { ids, list, server, clock } = await aList(...many(2))
    server.items = many(3)
    const done = list.again()
    await clock.advance(1000)
    await done
    expect(ids()).toEqual(['c0', 'c1', 'c2'])
  })

  it('[CLIENT-4] begins again at the top when the server has forgotten a cursor', async () => {
    const items = many(120)
    const { core, connect, clock } = fakeCore()
    const pages = pagesOf(() => items)
    let isForgotten = true
    const { list, more } = createConversations(core, {
      listConversations: async (query) => {
        if (query?.cursor && isForgotten) {
          isForgotten = false
          throw new RequestError('bad_request', 'cursor: is not one of ours')
        }
        return await pages.listConversations(query)
      },
    })
    connect()
    await clock.advance(1000)
    await more()
    expect(list.getSnapshot().items).toHaveLength(100)
  })

  it('[CLIENT-4] reads as many pages again as have changed', async () => {
    const { list, server, ids, calls, connect, clock } = await aList(...many(170))
    await list.more()
    await list.more()
    calls.length = 0
    connect()
    await clock.advance(1000)
    expect(calls).toEqual([{ limit: 50 }])

    calls.length = 0
    const active = many(60).map((one, i) => ({ ...one, last_seq: 1, updated_at: at(5000 - i) }))
    server.items = [...active, ...many(110, 60)]
    connect()
    await clock.advance(1000)
    expect(calls.map(({ cursor }) => cursor)).toEqual([undefined, '50'])
    expect(ids()).toHaveLength(150)
    expect(list.find('c59')?.last_seq).toBe(1)
  })

  it('[CLIENT-4] removes what a page should contain but does not', async () => {
    const { list, server, ids, connect, clock } = await aList(...many(120))
    await list.more()
    server.items = many(120).filter(({ id }) => id !== 'c3')
    connect()
    await clock.advance(1000)
    expect(ids()).toEqual(server.items.slice(0, 99).map(({ id }) => id))
  })

  it('[CLIENT-1] keeps what a push has said while a page was read', async () => {
    const { server, ids, of, push, connect, clock, hook } = await aList(withMessage(5), aGroup('old'))
    server.items = [withMessage(5), aGroup('old')]
    hook.beforeAnswer = () => {
      push('conversation_added', { conversation: aGroup('new', { updated_at: at(60) }) })
      push('conversation_removed', { conversation_id: 'old' })
      push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
      server.items = [aGroup('new', { updated_at: at(60) }), withMessage(6, { unread_count: 2 })]
    }
    connect()
    await clock.advance(100)
    expect(ids()).toEqual(['new', 'c1'])
    expect(of('c1')).toMatchObject({ last_seq: 6, unread_count: 2, updated_at: at(6) })
  })

  it('[CLIENT-4] changes nothing when it reads what it holds', async () => {
    const { list, connect, clock } = await aList(withMessage(5), ...many(3, 5))
    const before = list.list.getSnapshot()
    connect()
    await clock.advance(1000)
    expect(list.list.getSnapshot()).toBe(before)
  })
})

describe('the list while the chat polls', () => {
  it('[CLIENT-6] takes a polled page as the beginning of the list', async () => {
    const { list, phase, polled, clock, ids, of } = await aList(...many(60))
    phase('polling')
    await clock.advance(10_000)
    const news = aConversation('c30', { last_seq: 4, unread_count: 4, updated_at: at(2000) })
    polled({ conversations: [news, ...many(19).slice(1)], cursor: '20' })
    expect(ids().slice(0, 3)).toEqual(['c30', 'c1', 'c2'])
    expect(ids()).toHaveLength(49)
    expect(of('c30').unread_count).toBe(4)
    list.stop()
  })

  it('[CLIENT-6] reads more pages when a polled page does not reach what it knows', async () => {
    const { phase, polled, clock, server, ids } = await aList(...many(60))
    phase('polling')
    await clock.advance(10_000)
    const active = many(40).map((one, i) => ({ ...one, last_seq: 1, updated_at: at(5000 - i) }))
    server.items = [...active, ...many(20, 40)]
    polled({ conversations: server.items.slice(0, 20), cursor: '20' })
    await clock.advance(1000)
    expect(ids()).toEqual(server.items.slice(0, 50).map(({ id }) => id))
  })

  it('[CLIENT-6] does not undo with a polled page what the user has just done', async () => {
    const { list, phase, polled, clock, ids } = await aList(...many(3))
    phase('polling')
    await clock.advance(10_000)
    list.put(aGroup('new', { updated_at: at(2000) }))
    list.remove('c1')
    await clock.advance(1000)
    polled({ conversations: many(3) })
    expect(ids()).toEqual(['new', 'c0', 'c2'])
    await clock.advance(10_000)
    polled({ conversations: many(3) })
    expect(ids()).toEqual(['c0', 'c1', 'c2'])
  })
})

describe('the list in the store', () => {
  it('[CLIENT-4] is shown at once at the next start, without presence', async () => {
    const online = [aPerson('bob', { is_online: true, last_seen: at(1) }), aPerson(me)]
    const { stored, clock, push } = await aList(withMessage(4, { participants: online }))
    const message = aMessage('c1', 5)
    push('conversation_updated', {
      conversation_id: 'c1',
      last_seq: 5,
      last_message: message,
      unread_count: 1,
    })
    await clock.advance(2000)
    const { core, clock: later } = fakeCore(Object.fromEntries(stored))
    const { list } = createConversations(
      core,
      pagesOf(() => []),
    )
    await later.advance(0)
    expect(list.getSnapshot()).toEqual({ items: [withMessage(5)], hasMore: true })
  })

  it('[CLIENT-4] gives way to what the server says', async () => {
    const { stored, clock } = await aList(...many(3))
    await clock.advance(2000)
    const { core, connect, clock: later } = fakeCore(Object.fromEntries(stored))
    const { list } = createConversations(
      core,
      pagesOf(() => many(2, 1)),
    )
    await later.advance(0)
    connect()
    await later.advance(0)
    expect(list.getSnapshot()).toEqual({ items: many(2, 1), hasMore: false })
  })
})

describe('a push changes only what it touches', () => {
  it('[CLIENT-4] a message moves its conversation to the top and counts as unread', async () => {
    const { push, ids, of, list } = await aList(
      aConversation('c0', { updated_at: at(3) }),
      aConversation('c1', { last_seq: 4 }),
    )
    const other = of('c0')
    const message = aMessage('c1', 5)
    push('new_message', { conversation_id: 'c1', message })
    expect(ids()).toEqual(['c1', 'c0'])
    expect(of('c1')).toEqual(
      aConversation('c1', {
        last_seq: 5,
        last_message: { ...message, timestamp: at(5) },
        unread_count: 1,
        updated_at: at(5),
      }),
    )
    expect(of('c0')).toBe(other)
    const before = list.list.getSnapshot()
    push('new_message', { conversation_id: 'c1', message })
    push('user_typing', { conversation_id: 'c1', user_id: 'bob', is_typing: true })
    expect(list.list.getSnapshot()).toBe(before)
  })

  it('[CLIENT-4] messages that arrive in the wrong order and twice count once each', async () => {
    const { push, of } = await aList(withMessage(5))
    for (const seq of [8, 6, 8, 7, 6, 5, 3]) {
      push('new_message', { conversation_id: 'c1', message: aMessage('c1', seq) })
    }
    expect(of('c1')).toMatchObject({ last_seq: 8, last_message: { seq: 8 }, unread_count: 4 })
  })

  it('[CLIENT-4] unread messages are counted up to 100', async () => {
    const { push, of } = await aList(withMessage(5))
    for (let seq = 6; seq < 200; seq++) {
      push('new_message', { conversation_id: 'c1', message: aMessage('c1', seq) })
    }
    expect(of('c1').unread_count).toBe(100)
  })

  it("[CLIENT-8] the user's own message from any tab is the last one and not unread", async () => {
    const { push, of } = await aList(withMessage(5))
    const own = (seq: number) => ({ conversation_id: 'c1', message: aMessage('c1', seq, { sender_id: me }) })
    push('message_sent', own(6))
    expect(of('c1')).toMatchObject({ last_seq: 6, last_message: { seq: 6 }, unread_count: 1 })
    push('new_message', own(7))
    push('message_sent', { ...own(6), duplicate: true })
    expect(of('c1')).toMatchObject({ last_seq: 7, last_message: { seq: 7 }, unread_count: 1 })
  })

  it('[CLIENT-4] an older update does not take the place of a newer one', async () => {
    const { push, of } = await aList(withMessage(5))
    const update = (seq: number) => ({
      conversation_id: 'c1',
      last_seq: seq,
      last_message: aMessage('c1', seq),
      unread_count: seq - 4,
    })
    push('conversation_updated', update(7))
    push('conversation_updated', update(6))
    const before = of('c1')
    push('conversation_updated', update(6))
    push('conversation_updated', update(7))
    expect(of('c1')).toBe(before)
    expect(before).toMatchObject({ last_seq: 7, last_message: { seq: 7 }, unread_count: 3 })
  })

  it('[CLIENT-4] entries that pushes have skipped are read', async () => {
    const { push, of, server, clock, calls } = await aList(withMessage(5))
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 7) })
    expect(of('c1')).toMatchObject({ last_seq: 5, unread_count: 1 })
    server.items = [withMessage(7, { unread_count: 3 })]
    await clock.advance(1000)
    expect(of('c1')).toEqual(withMessage(7, { unread_count: 3 }))
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 8) })
    await clock.advance(1000)
    expect(of('c1')).toMatchObject({ last_seq: 8, unread_count: 4 })
    expect(calls).toHaveLength(2)
  })

  it('[CLIENT-4] an edit changes the last message, and an older edit does not change it back', async () => {
    const { push, of } = await aList(withMessage(5))
    const edited = (seq: number, content: string) => ({
      conversation_id: 'c1',
      seq,
      message: aMessage('c1', 5, { content, edited_at: at(seq) }),
    })
    push('message_updated', edited(7, 'second'))
    push('message_updated', edited(6, 'first'))
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 5) })
    expect(of('c1')).toMatchObject({
      last_seq: 7,
      updated_at: at(7),
      last_message: { content: 'second' },
      unread_count: 1,
    })
    push('message_updated', { ...edited(8, ''), message: aMessage('c1', 4, { content: 'other' }) })
    expect(of('c1')).toMatchObject({ last_seq: 8, last_message: { seq: 5, content: 'second' } })
  })

  it('[CLIENT-4] a deleted message no longer counts as unread', async () => {
    const { push, of, server, clock } = await aList(withMessage(5))
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
    const message = aMessage('c1', 6, { content: '', deleted_at: at(7) })
    push('message_updated', { conversation_id: 'c1', seq: 7, message })
    expect(of('c1').last_message?.content).toBe('')
    server.items = [{ ...of('c1'), unread_count: 1 }]
    await clock.advance(1000)
    expect(of('c1')).toMatchObject({ last_message: { content: '' }, unread_count: 1 })
  })

  describe('the count in a push, which may include deleted messages,', () => {
    const pushed = (seq: number, unread_count: number, last = seq) => ({
      conversation_id: 'c1',
      last_seq: seq,
      last_message: aMessage('c1', last),
      unread_count,
    })
    /** Two unread messages, 6 and 7, of which the entry 8 has deleted the first one. */
    async function afterDeletion() {
      const client = await aList(withMessage(5, { unread_count: 0 }))
      const { push } = client
      push('conversation_updated', pushed(6, 1))
      push('conversation_updated', pushed(7, 2))
      push('conversation_updated', pushed(8, 2, 7))
      client.server.items = [withMessage(7, { last_seq: 8, updated_at: at(8) })]
      return client
    }

    it('[CLIENT-4] does not bring a deleted message back into the count', async () => {
      const { push, of, clock, calls } = await afterDeletion()
      await clock.advance(1000)
      expect(of('c1').unread_count).toBe(1)
      push('conversation_updated', pushed(9, 3))
      expect(of('c1')).toMatchObject({ last_seq: 9, unread_count: 2 })
      push('conversation_updated', pushed(11, 5))
      push('conversation_updated', pushed(10, 4))
      expect(of('c1')).toMatchObject({ last_seq: 11, unread_count: 4 })
      push('conversation_updated', { ...pushed(12, 5), last_message: aMessage('c1', 12, { sender_id: me }) })
      expect(of('c1').unread_count).toBe(4)
      await clock.advance(1000)
      expect(calls).toHaveLength(2)
    })

    it('[CLIENT-4] does not bring it back if the next message arrives before the list or with it', async () => {
      const { push, of, clock, connect, hook, server } = await afterDeletion()
      push('conversation_updated', pushed(9, 3))
      server.items = [withMessage(9, { unread_count: 2 })]
      hook.beforeAnswer = () => push('conversation_updated', pushed(10, 4))
      await clock.advance(1000)
      expect(of('c1')).toMatchObject({ last_seq: 10, unread_count: 3 })
      hook.beforeAnswer = () => push('conversation_updated', pushed(11, 5))
      connect()
      await clock.advance(1000)
      expect(of('c1')).toMatchObject({ last_seq: 11, unread_count: 4 })
    })

    it('[CLIENT-4] is corrected by a list that is older than the newest message', async () => {
      const { push, of, clock, hook, server } = await aList(withMessage(5, { unread_count: 0 }))
      push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
      const message = aMessage('c1', 6, { content: '', deleted_at: at(7) })
      push('message_updated', { conversation_id: 'c1', seq: 7, message })
      server.items = [withMessage(5, { last_seq: 7, unread_count: 0 })]
      hook.beforeAnswer = () => push('new_message', { conversation_id: 'c1', message: aMessage('c1', 8) })
      await clock.advance(1000)
      expect(of('c1')).toMatchObject({ last_seq: 8, unread_count: 1 })
    })

    it('[CLIENT-4] does not bring back what the user has just read in an open room', async () => {
      const { push, of, list } = await aList(withMessage(5, { unread_count: 3 }))
      list.setUnread('c1', 0)
      push('conversation_updated', pushed(6, 4))
      expect(of('c1').unread_count).toBe(1)
    })

    it('[CLIENT-8] counts no message twice that was written before the user read on another device', async () => {
      const { push, of } = await aList(withMessage(5, { unread_count: 4 }))
      const read = { conversation_id: 'c1', user_id: me, last_read_seq: 4, read_at: at(8) }
      push('message_read', { ...read, unread_count: 3 })
      expect(of('c1').unread_count).toBe(1)
      push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
      push('new_message', { conversation_id: 'c1', message: aMessage('c1', 7) })
      expect(of('c1').unread_count).toBe(3)
    })
  })

  it('[CLIENT-4] after the last message was deleted, the list shows the message before it', async () => {
    const { push, of, server, clock } = await aList({ ...withMessage(5), unread_count: 0 })
    const message = aMessage('c1', 5, { content: '', deleted_at: at(7) })
    push('message_updated', { conversation_id: 'c1', seq: 6, message })
    server.items = [{ ...of('c1'), last_message: { ...aMessage('c1', 4), timestamp: at(4) } }]
    await clock.advance(1000)
    expect(of('c1')).toMatchObject({ last_seq: 6, last_message: { seq: 4 } })
  })

  it('[CLIENT-4] reading on any device lowers the count, and late pushes do not raise it', async () => {
    const { push, of } = await aList(withMessage(5))
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
    const read = { conversation_id: 'c1', user_id: me, last_read_seq: 6, read_at: at(9), unread_count: 0 }
    push('message_read', read)
    expect(of('c1').unread_count).toBe(0)
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
    push('conversation_updated', { conversation_id: 'c1', last_seq: 6, unread_count: 2 })
    expect(of('c1').unread_count).toBe(0)
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 7) })
    push('message_read', read)
    push('marked_read', { conversation_id: 'c1', last_read_seq: 5, unread_count: 2 })
    expect(of('c1').unread_count).toBe(1)
    push('marked_read', { conversation_id: 'c1', last_read_seq: 7, unread_count: 0 })
    expect(of('c1').unread_count).toBe(0)
  })

  it('[CLIENT-4] a message that arrives before the answer to an earlier read mark stays unread', async () => {
    const { push, of, server, clock } = await aList(withMessage(5))
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
    push('marked_read', { conversation_id: 'c1', last_read_seq: 5, unread_count: 0 })
    expect(of('c1').unread_count).toBe(2)
    server.items = [withMessage(6, { unread_count: 1 })]
    await clock.advance(1000)
    expect(of('c1').unread_count).toBe(1)
  })

  it('[CLIENT-4] reading a part on another device lowers the count', async () => {
    const { push, of, clock, calls } = await aList(withMessage(5, { unread_count: 4 }))
    const read = { conversation_id: 'c1', user_id: me, last_read_seq: 3, unread_count: 2 }
    push('message_read', { ...read, read_at: at(6) })
    push('message_read', { ...read, user_id: 'bob', last_read_seq: 5, read_at: at(7) })
    await clock.advance(1000)
    expect(of('c1').unread_count).toBe(2)
    expect(calls).toHaveLength(1)
  })

  it('[CLIENT-4] a list that was requested before the user read does not raise the count', async () => {
    const { of, list, connect, hook, clock } = await aList(withMessage(5))
    hook.beforeAnswer = () => list.setUnread('c1', 0)
    connect()
    await clock.advance(1000)
    expect(of('c1').unread_count).toBe(0)
  })

  it('[CLIENT-4] a new conversation in a list that was requested before the user read does not raise the count', async () => {
    const { of, server, push, connect, hook, clock } = await aList(...many(1))
    server.items = [...many(1), withMessage(5)]
    hook.beforeAnswer = () =>
      push('marked_read', { conversation_id: 'c1', last_read_seq: 5, unread_count: 0 })
    connect()
    await clock.advance(1000)
    expect(of('c1').unread_count).toBe(0)
  })

  it('[CLIENT-4] the count comes from the room while a conversation is open', async () => {
    const { push, of, list } = await aList(withMessage(5))
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
    list.setUnread('c1', 0)
    push('marked_read', { conversation_id: 'c1', last_read_seq: 5, unread_count: 1 })
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 6) })
    expect(of('c1').unread_count).toBe(0)
    push('new_message', { conversation_id: 'c1', message: aMessage('c1', 7) })
    expect(of('c1').unread_count).toBe(1)
    list.setUnread('unknown', 3)
  })

  it.each(['participant_joined', 'participant_left', 'owner_changed'] as const)(
    '[CLIENT-4] a group is read after %s, and what follows is not lost',
    async (type) => {
      const { push, of, server, clock, calls } = await aList(aGroup('g', { last_seq: 3 }))
      const changed = aGroup('g', { last_seq: 4, owner_id: me, participants: [aPerson(me), aPerson('eve')] })
      push('new_message', { conversation_id: 'g', message: aMessage('g', 5) })
      push(type, { conversation_id: 'g', seq: 4, participant: aPerson('eve') })
      server.items = [changed]
      await clock.advance(1000)
      expect(of('g')).toMatchObject({ owner_id: me, participants: changed.participants })
      expect(calls).toHaveLength(2)
      push('new_message', { conversation_id: 'g', message: aMessage('g', 5) })
      expect(of('g').last_seq).toBe(5)
    },
  )
})

describe('conversations come and go', () => {
  it('[CLIENT-4] an added conversation is shown at once, a removed one is not, and late pushes do not bring it back', async () => {
    const { push, ids, server, clock, calls } = await aList(aConversation('c1'))
    const conversation = aGroup('g', { last_seq: 2, updated_at: at(2) })
    push('conversation_added', { conversation })
    push('conversation_added', { conversation })
    expect(ids()).toEqual(['g', 'c1'])
    push('conversation_removed', { conversation_id: 'g' })
    push('conversation_added', { conversation })
    push('new_message', { conversation_id: 'g', message: aMessage('g', 2) })
    await clock.advance(1000)
    expect(ids()).toEqual(['c1'])
    expect(calls).toHaveLength(2)

    server.items = [{ ...conversation, last_seq: 9 }, aConversation('c1')]
    push('conversation_added', { conversation: { ...conversation, last_seq: 9 } })
    await clock.advance(1000)
    expect(ids()).toEqual(['g', 'c1'])
  })

  it('[CLIENT-4] a conversation that is not in the list is read once, however many pushes mention it', async () => {
    const { push, ids, server, clock, calls } = await aList(aConversation('c1'))
    server.items = [withMessage(5, { id: 'c2' }), aConversation('c1')]
    push('conversation_updated', { conversation_id: 'c2', last_seq: 4 })
    push('new_message', { conversation_id: 'c2', message: aMessage('c2', 5) })
    push('user_typing', { conversation_id: 'c3', user_id: 'bob', is_typing: true })
    await clock.advance(1000)
    expect(ids()).toEqual(['c2', 'c1'])
    expect(calls).toHaveLength(2)
  })

  it('[CLIENT-4] a conversation is read after an update without its message, and after a head that is further on', async () => {
    const { push, of, server, clock, calls } = await aList(withMessage(5))
    push('pong', { time: at(0), heads: { c1: 5 } })
    push('joined_conversation', { conversation_id: 'c1', last_seq: 5, last_read_seq: 0 })
    await clock.advance(1000)
    expect(calls).toHaveLength(1)
    server.items = [withMessage(6)]
    push('conversation_updated', { conversation_id: 'c1', last_seq: 6 })
    await clock.advance(1000)
    expect(of('c1').last_message?.seq).toBe(6)
    server.items = [withMessage(7)]
    push('pong', { time: at(0), heads: { c1: 7 } })
    await clock.advance(1000)
    expect(of('c1').last_message?.seq).toBe(7)
  })

  it("[CLIENT-8] the owner's change of the owner on another device is read", async () => {
    const { push, of, server, clock } = await aList(aGroup('g', { owner_id: me }))
    server.items = [aGroup('g', { owner_id: 'bob', last_seq: 1 })]
    push('conversation_updated', { conversation_id: 'g', last_seq: 1, last_message: null, unread_count: 0 })
    await clock.advance(1000)
    expect(of('g').owner_id).toBe('bob')
  })

  const sent = anInvitation('i1', { from_user: aPerson(me), to_user: aPerson('eve'), created_at: at(9) })

  it('[CLIENT-8] an invitation that the user sent is pending until it is answered', async () => {
    const pending = aConversation('i1', { status: 'pending', updated_at: at(9) })
    const conversation = aConversation('c2', { updated_at: at(10) })
    const { push, ids, server, clock } = await aList(aConversation('c1'))
    server.items = [pending, aConversation('c1')]
    push('invitation_sent', { invitation: sent })
    await clock.advance(1000)
    expect(ids()).toEqual(['i1', 'c1'])
    push('invitation_accepted', { invitation_id: 'i1', conversation_id: 'c2', participant_id: 'eve' })
    expect(ids()).toEqual(['c1'])
    push('conversation_added', { conversation })
    expect(ids()).toEqual(['c2', 'c1'])
    server.items = [conversation, aConversation('c1')]
    push('invitation_sent', { invitation: sent })
    await clock.advance(1000)
    expect(ids()).toEqual(['c2', 'c1'])
  })

  it.each(['invitation_rejected', 'invitation_withdrawn'] as const)('[CLIENT-8] %s ends it', async (type) => {
    const { push, ids } = await aList(aConversation('i1', { status: 'pending' }), aConversation('c1'))
    push(type, { invitation_id: 'i1' })
    expect(ids()).toEqual(['c1'])
  })

  it('[CLIENT-8] the conversation of an accepted invitation is read if the push lacks it', async () => {
    const { push, ids, server, clock } = await aList(aConversation('c1'))
    server.items = [aConversation('c2', { updated_at: at(10) }), aConversation('c1')]
    push('invitation_accepted', { invitation_id: 'i1', conversation_id: 'c2', participant_id: 'eve' })
    await clock.advance(1000)
    expect(ids()).toEqual(['c2', 'c1'])
  })

  it('[CLIENT-9] frames of unknown types and errors change nothing', async () => {
    const { push, list } = await aList(aConversation('c1'))
    const before = list.list.getSnapshot()
    push('reaction_added' as never, { conversation_id: 'c1' } as never)
    push(undefined as never, {} as never)
    push('note_added' as never, { conversation_id: 'c1', seq: 9, message: 'words' } as never)
    push('error', { code: 'not_found', message: 'no such conversation', retryable: false })
    expect(list.list.getSnapshot()).toBe(before)
  })

  it('[CLIENT-4] a list that was stopped ignores pushes and sessions', async () => {
    const { push, list, connect, clock, calls, ids } = await aList(aConversation('c1'))
    push('conversation_removed', { conversation_id: 'c1' })
    list.stop()
    push('conversation_added', { conversation: aGroup('g') })
    connect()
    await clock.advance(60_000)
    expect(ids()).toEqual([])
    expect(calls).toHaveLength(1)
  })
})

describe('a conversation that loses its old entries', () => {
  const pong = (start: number) => ({ time: at(0), heads: { c1: 5 }, first_seq: { c1: start } })

  it('[RETAIN-3] shows no last message and no unread one that is gone', async () => {
    const { list, push } = await aList(withMessage(5, { unread_count: 4 }))
    push('pong', pong(3))
    expect(list.find('c1')).toMatchObject({ last_message: { seq: 5 }, unread_count: 3 })
    push('pong', pong(6))
    expect(list.find('c1')).toMatchObject({ last_message: null, unread_count: 0, last_seq: 5 })
  })
})
