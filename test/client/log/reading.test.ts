import { describe, expect, it } from 'vitest'
import { ID, refusal } from '../support/fake-conversation.ts'
import { roomOf } from './open-room.ts'

describe('reading', () => {
  it('[CLIENT-4] is shown at once, sent at most every 2 s, and the last mark always', async () => {
    const { core, room, log, listed, put, online } = roomOf({ messages: 9 })
    await online()
    put({ unread_count: 9 })
    for (const seq of [2, 4, 3, 6]) room.read(seq)
    expect(log()).toMatchObject({ lastReadSeq: 6, unreadCount: 3 })
    expect(log().entries[5]).toMatchObject({ is_read: true })
    expect(listed()?.unread_count).toBe(3)
    await core.clock.advance(0)
    expect(core.sent('mark_read').map(({ seq }) => seq)).toEqual([2])
    await core.clock.advance(2000)
    expect(core.sent('mark_read').map(({ seq }) => seq)).toEqual([2, 6])
    await core.clock.advance(60_000)
    expect(core.sent('mark_read').length).toBe(2)
  })

  it('[CLIENT-4] does not go beyond the end of the log, nor back', async () => {
    const { core, room, log, online } = roomOf({ messages: 3 })
    await online()
    room.read(Number.POSITIVE_INFINITY)
    room.read(1)
    await core.clock.advance(5000)
    expect(core.sent('mark_read').map(({ seq }) => seq)).toEqual([3])
    expect(log().lastReadSeq).toBe(3)
  })

  it('[CLIENT-9] of what is no `seq` does nothing, and never sends more than an integer', async () => {
    const { core, room, log, online } = roomOf({ messages: 3 })
    await online()
    for (const seq of [Number.NaN, -1, 0, undefined, null, 'x', {}]) room.read(seq as number)
    await core.clock.advance(5000)
    expect(core.sent('mark_read')).toEqual([])
    room.read(1.5)
    await core.clock.advance(5000)
    room.read(3)
    await core.clock.advance(5000)
    expect(core.sent('mark_read').map(({ seq }) => seq)).toEqual([1, 3])
    expect(log().lastReadSeq).toBe(3)
  })

  it.each(['not_found', 'forbidden', 'bad_request'] as const)(
    '[CLIENT-1] [CLIENT-4] a refused mark ends neither the marks nor the room: %s',
    async (code) => {
      const { core, room, server, shown, online } = roomOf({ messages: 3 })
      await online()
      let isRefused = true
      core.answer('mark_read', ({ seq }) => {
        if (isRefused) throw refusal(code)
        return { conversation_id: ID, ...server.readBy('ada', seq) }
      })
      room.read(2)
      await core.clock.advance(5000)
      isRefused = false
      room.read(3)
      await core.clock.advance(30_000)
      expect(core.sent('mark_read').at(-1)?.seq).toBe(3)
      server.sendMany(2)
      core.receive(server.push(server.log[4] as never))
      await core.clock.advance(1000)
      expect(shown()).toHaveLength(5)
    },
  )

  it('[CLIENT-3] is sent again after a reconnection if it was not acknowledged', async () => {
    const { core, room, server, online } = roomOf({ messages: 3 })
    await online()
    core.goOffline()
    room.read(3)
    await core.clock.advance(10_000)
    expect(core.sent('mark_read')).toEqual([])
    await online()
    expect(core.sent('mark_read').map(({ seq }) => seq)).toEqual([3])

    server.sendMany(1)
    core.receive(server.push(server.log[3] as never))
    core.answer('mark_read', () => {
      throw refusal('unavailable')
    })
    room.read(4)
    await core.clock.advance(2000)
    core.goOffline()
    server.readBy('ada', 4)
    const sent = core.sent('mark_read').length
    await online()
    await core.clock.advance(10_000)
    // The answer to the join shows that the server has it.
    expect(core.sent('mark_read').length).toBe(sent)
  })

  it('[CLIENT-2] survives a restart', async () => {
    const { core, room, open, server, online, settle } = roomOf({ messages: 3 })
    await online()
    core.goOffline()
    room.read(3)
    room.close()
    await settle()
    open()
    await online()
    await settle()
    expect(core.sent('mark_read').map(({ seq }) => seq)).toEqual([3])
    expect(server.readBy('ada', 0).last_read_seq).toBe(3)
  })

  it('[CLIENT-6] is sent over REST while polling', async () => {
    const { core, room, server, settle } = roomOf({ messages: 3 })
    core.setStatus({ phase: 'polling' })
    await settle()
    room.read(2)
    await settle()
    expect(server.calls('markRead')).toEqual([[{ seq: 2 }]])
  })

  it('[CLIENT-4] sends what is left when the room is closed', async () => {
    const { core, room, online, settle } = roomOf({ messages: 3 })
    await online()
    room.read(1)
    room.read(3)
    room.close()
    await settle()
    expect(core.sent('mark_read').map(({ seq }) => seq)).toEqual([1, 3])
  })

  it('[CLIENT-8] on another device or in another tab moves the cursor here', async () => {
    const { core, log, online } = roomOf({ messages: 5 })
    await online()
    core.receive({ type: 'marked_read', conversation_id: ID, last_read_seq: 2, unread_count: 3 })
    expect(log().lastReadSeq).toBe(2)
    const read_at = '2026-01-01T12:00:00.000Z'
    core.receive({ type: 'message_read', conversation_id: ID, user_id: 'ada', last_read_seq: 4, read_at })
    expect(log().lastReadSeq).toBe(4)
    expect(log().entries[3]).toMatchObject({ is_read: true, read_at })
  })

  it('[CLIENT-4] counts what is unread from the entries where the list does not know the conversation', async () => {
    const { room, server, log, online } = roomOf({ messages: 3, isListed: false })
    server.send('ada', 'mine')
    await online()
    expect(log().unreadCount).toBe(3)
    room.read(2)
    expect(log().unreadCount).toBe(1)
  })
})

describe('messages of the user', () => {
  const read_at = '2026-01-01T12:00:00.000Z'
  const read = (user_id: string, last_read_seq: number) =>
    ({ type: 'message_read', conversation_id: ID, user_id, last_read_seq, read_at }) as const

  it('in a pair are read as soon as the other has read them', async () => {
    const { core, server, log, online } = roomOf()
    server.send('ada', 'one')
    server.send('ada', 'two')
    await online()
    core.receive(read('grace', 1))
    expect(log().entries).toMatchObject([{ is_read: true, read_at }, { is_read: false }])
  })

  it('that arrive after the mark are read as well', async () => {
    const { core, server, log, online } = roomOf()
    await online()
    core.receive(read('grace', 1))
    core.receive(server.push(server.send('ada', 'from another device')))
    expect(log().entries).toMatchObject([{ is_read: true }])
  })

  it('in a group are read once all others have read them', async () => {
    const { core, server, log, online } = roomOf({ participants: ['ada', 'grace', 'alan'] })
    server.send('ada', 'one')
    await online()
    core.receive(read('grace', 1))
    expect(log().entries).toMatchObject([{ is_read: false }])
    core.receive(read('alan', 1))
    expect(log().entries).toMatchObject([{ is_read: true, read_at }])
  })

  it('that were read during an outage are read again with the join', async () => {
    const { core, server, log, online } = roomOf()
    server.send('ada', 'one')
    server.send('ada', 'two')
    server.sendMany(3)
    await online()
    core.goOffline()
    server.readBy('grace', 5)
    await online()
    expect(log().entries.slice(0, 2)).toMatchObject([{ is_read: true }, { is_read: true }])
    expect(core.sent('join_conversation').map((join) => join.after_seq)).toEqual([0, 0])
    core.goOffline()
    await online()
    expect(core.sent('join_conversation').at(-1)?.after_seq).toBe(5)
  })
})
