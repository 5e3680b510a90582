import { describe, expect, it } from 'vitest'
import { ID, refusal } from '../support/fake-conversation.ts'
import { roomOf } from './open-room.ts'

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

describe('opening a conversation', () => {
  it('[CLIENT-1] joins with the newest 50 entries where the list knows the end of the log', async () => {
    const { core, seqs, log, online } = roomOf({ messages: 80 })
    await online()
    expect(core.sent('join_conversation')).toEqual([{ conversation_id: ID, after_seq: 30 }])
    expect(seqs()).toEqual(range(31, 80))
    expect(log()).toMatchObject({ hasOlder: true, lastSeq: 80 })
  })

  it('[CLIENT-1] reads the newest page and joins after it where the list does not know the conversation', async () => {
    const { core, server, seqs, online } = roomOf({ messages: 80, isListed: false })
    await online()
    expect(core.sent('join_conversation')).toEqual([{ conversation_id: ID, after_seq: 80 }])
    expect(server.calls('listMessages')).toEqual([[{ entries: 'all', limit: 50 }]])
    expect(seqs()).toEqual(range(31, 80))
  })

  it('[CLIENT-1] shows an empty conversation without asking in a loop', async () => {
    const { core, server, log, online } = roomOf({ isListed: false })
    await online()
    expect(log()).toMatchObject({ entries: [], hasOlder: false, lastSeq: 0 })
    expect([core.sent('join_conversation').length, server.calls('listMessages').length]).toEqual([1, 1])
  })

  it('[CLIENT-3] shows stored entries before there is a connection, and then reads what follows them', async () => {
    const first = roomOf({ messages: 300 })
    await first.online()
    await first.room.around(60)
    await first.core.clock.advance(1000)
    first.core.goOffline()
    first.server.sendMany(3)

    const again = first.open()
    await first.settle()
    const stored = again.log.getSnapshot().entries.map(({ seq }) => seq)
    expect(stored).toEqual(range(101, 300))
    await first.online()
    expect(again.log.getSnapshot().entries.at(-1)?.seq).toBe(303)
    expect(first.core.sent('join_conversation').at(-1)).toEqual({ conversation_id: ID, after_seq: 300 })
  })

  it('[CLIENT-2] stores entries when the page is left, without waiting', async () => {
    const { core, online } = roomOf({ messages: 3 })
    await online()
    core.emit({ page: 'leave' })
    await core.clock.advance(0)
    expect(core.store.values.get(`log/${ID}`)).toMatchObject({ first: 1, last: 3 })
  })

  it('[CLIENT-1] begins anew where what is stored is not a log', async () => {
    for (const stored of [{ entries: null }, 5, 'log', { entries: {} }]) {
      const { core, seqs, open, online } = roomOf({ messages: 3 })
      core.store.values.set(`log/${ID}`, stored)
      const room = open()
      await online()
      expect(seqs()).toEqual([1, 2, 3])
      expect(room.log.getSnapshot().entries).toHaveLength(3)
    }
  })

  it('[CLIENT-7] stores nothing once the user has signed out', async () => {
    const { core, room, online } = roomOf({ messages: 3 })
    await online()
    core.setStatus({ phase: 'signed-out' })
    room.close()
    await core.clock.advance(5000)
    expect(core.store.values.size).toBe(0)
  })
})

describe('catching up', () => {
  it('[CLIENT-1] a message beyond a hole waits until the hole is filled, with one request at once', async () => {
    const { core, server, seqs, online, settle } = roomOf({ messages: 3 })
    await online()
    server.sendMany(2)
    core.receive(server.push(server.send('grace', 'six')))
    expect(seqs()).toEqual([1, 2, 3])
    await settle()
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6])
    expect(core.sent('join_conversation').slice(1)).toEqual([{ conversation_id: ID, after_seq: 3 }])
  })

  it.each([
    ['a pong', { type: 'pong', time: '', heads: { [ID]: 5 } }],
    ['conversation_updated', { type: 'conversation_updated', conversation_id: ID, last_seq: 5 }],
    [
      'the push of a participant, which is not a whole entry',
      {
        type: 'participant_joined',
        conversation_id: ID,
        seq: 5,
        participant: { id: 'alan', firstname: '', lastname: '', email: '' },
      },
    ],
  ] as const)('[CLIENT-4] what %s reveals is fetched', async (_, frame) => {
    const { core, server, seqs, online, settle } = roomOf({ messages: 3 })
    await online()
    server.sendMany(2)
    core.receive(frame)
    await settle()
    expect(seqs()).toEqual([1, 2, 3, 4, 5])
  })

  it('[CLIENT-9] an entry without a `seq` changes nothing', async () => {
    const { core, log, online } = roomOf({ messages: 3 })
    await online()
    core.receive({ type: 'new_message', conversation_id: ID, message: {} } as never)
    expect(log()).toMatchObject({ entries: { length: 3 }, lastSeq: 3 })
  })

  it('[CLIENT-4] a pong without news asks for nothing', async () => {
    const { core, online, settle } = roomOf({ messages: 3 })
    await online()
    core.receive({ type: 'pong', time: '', heads: { [ID]: 3, other: 9 } })
    await settle()
    expect(core.sent('join_conversation').length).toBe(1)
  })

  it('[CLIENT-3] the room joins again after a reconnection and reads page after page', async () => {
    const { core, server, seqs, online } = roomOf({ messages: 3 })
    await online()
    core.goOffline()
    server.sendMany(250)
    await online()
    expect(seqs()).toEqual(range(1, 253))
    expect(core.sent('join_conversation').map((join) => join.after_seq)).toEqual([0, 3, 103, 203])
  })

  it('[CLIENT-3] after a reconnection, up to 100 missing entries take one round trip', async () => {
    const { core, server, seqs, online } = roomOf({ messages: 3 })
    await online()
    core.goOffline()
    server.sendMany(100)
    await online()
    expect(seqs()).toEqual(range(1, 103))
    expect(core.sent('join_conversation').slice(1)).toEqual([{ conversation_id: ID, after_seq: 3 }])
    expect(server.calls('listMessages')).toEqual([])
  })

  it('[CLIENT-3] a log that is more than 500 entries behind begins again with the newest', async () => {
    const { core, server, seqs, log, online } = roomOf({ messages: 3 })
    await online()
    core.goOffline()
    server.sendMany(700)
    await online()
    expect(seqs()).toEqual(range(654, 703))
    expect(log().hasOlder).toBe(true)
  })

  it('[CLIENT-1] `reset` drops the copy and loads the newest page', async () => {
    const { core, server, shown, log, online } = roomOf({ messages: 9 })
    await online()
    core.goOffline()
    server.log.splice(0)
    server.send('grace', 'another log')
    await online()
    expect(shown()).toEqual(['another log'])
    expect(log()).toMatchObject({ lastSeq: 1, hasOlder: false })
  })

  it('[CLIENT-5] the room joins again after a rotation, and asks for nothing else', async () => {
    const { core, server, online, settle } = roomOf({ messages: 3 })
    server.send('ada', 'not read')
    await online()
    const { length } = server.calls('listMessages')
    core.goOnline({ rotated: true })
    await settle()
    expect(core.sent('join_conversation').length).toBe(2)
    expect(server.calls('listMessages').length).toBe(length)
  })

  it('[CLIENT-3] a join that fails is tried again with back-off', async () => {
    const { core, server, seqs, settle } = roomOf({ messages: 3 })
    let failures = 3
    core.answer('join_conversation', (fields) => {
      if (failures-- > 0) throw refusal('unavailable')
      return server.join(fields)
    })
    core.goOnline()
    await settle()
    expect(core.sent('join_conversation').length).toBe(1)
    await core.clock.advance(250 + 500 + 1000)
    expect(core.sent('join_conversation').length).toBe(4)
    expect(seqs()).toEqual([1, 2, 3])
  })

  it('[CLIENT-3] a new session does not wait for the back-off of the last one, nor for its answers', async () => {
    const { core, seqs, server, settle } = roomOf({ messages: 3 })
    core.answer('join_conversation', () => new Promise(() => undefined))
    core.goOnline()
    await settle()
    core.goOffline()
    core.answer('join_conversation', server.join)
    core.goOnline()
    await settle()
    expect(seqs()).toEqual([1, 2, 3])
  })

  it('[CLIENT-1] a head that the server does not know is not asked for in a loop', async () => {
    const { core, online } = roomOf({ messages: 3 })
    await online()
    core.receive({ type: 'pong', time: '', heads: { [ID]: 7 } })
    await core.clock.advance(60_000)
    expect(core.sent('join_conversation').length).toBeLessThan(15)
  })

  it('[CLIENT-9] after `not_found` the room stays readable, and asks again once with each pong', async () => {
    const { core, shown, online } = roomOf({ messages: 2 })
    await online()
    core.answer('join_conversation', () => {
      throw refusal('not_found')
    })
    core.receive({ type: 'conversation_removed', conversation_id: ID })
    await core.clock.advance(60_000)
    expect(core.sent('join_conversation').length).toBe(1)
    core.receive({ type: 'pong', time: '', heads: {} })
    await core.clock.advance(60_000)
    expect(core.sent('join_conversation').length).toBe(2)
    expect(shown()).toEqual(['message 1', 'message 2'])
  })

  it('[CLIENT-1] a conversation that the user joins again goes on with the next pong, even if no push said so', async () => {
    const { core, server, seqs, online, settle } = roomOf({ messages: 2 })
    await online()
    core.receive({ type: 'conversation_removed', conversation_id: ID })
    server.sendMany(2)
    await settle()
    expect(seqs()).toEqual([1, 2])
    core.receive({ type: 'pong', time: '', heads: {} })
    await settle()
    expect(seqs()).toEqual([1, 2, 3, 4])
  })

  it('[CLIENT-3] a conversation that the user joins again goes on', async () => {
    const { core, server, seqs, put, listed, online, settle } = roomOf({ messages: 2 })
    await online()
    core.receive({ type: 'conversation_removed', conversation_id: ID })
    server.sendMany(2)
    put()
    await settle()
    expect(seqs()).toEqual([1, 2])
    core.receive({ type: 'conversation_added', conversation: listed() as never })
    await settle()
    expect(seqs()).toEqual([1, 2, 3, 4])
  })
})

describe('without a socket', () => {
  it('[CLIENT-6] polling reads new entries over REST', async () => {
    const { core, server, seqs, put, settle } = roomOf({ messages: 3 })
    core.setStatus({ phase: 'polling' })
    await settle()
    expect(seqs()).toEqual([1, 2, 3])
    server.sendMany(2)
    put()
    await settle()
    expect(seqs()).toEqual([1, 2, 3, 4, 5])
    expect(server.calls('listMessages')).toEqual([[{ after: 0, limit: 100 }], [{ after: 3, limit: 100 }]])
    expect(core.sent('join_conversation')).toEqual([])
  })

  it('[CLIENT-6] a conversation that is not on the first page of the list is read with every poll', async () => {
    const { core, server, seqs, settle } = roomOf({ messages: 60, isListed: false })
    core.setStatus({ phase: 'polling' })
    await settle()
    expect(seqs()).toEqual(range(11, 60))
    server.sendMany(1)
    core.emit({ polled: { conversations: [], invitations: [], cursor: 'more' } })
    await settle()
    expect(seqs().at(-1)).toBe(61)
  })
})

describe('closing a conversation', () => {
  it('[CLIENT-4] leaves it after the answer to the join', async () => {
    const { core, room, server, settle } = roomOf({ messages: 1 })
    let answer: () => void = () => undefined
    core.answer(
      'join_conversation',
      (fields) =>
        new Promise((resolve) => {
          answer = () => resolve(server.join(fields))
        }),
    )
    core.goOnline()
    await settle()
    room.close()
    await settle()
    expect(core.sent('leave_conversation')).toEqual([])
    answer()
    await settle()
    expect(core.sent('leave_conversation')).toEqual([{ conversation_id: ID }])
  })

  it('[CLIENT-8] joins again if another tab has left it over the same connection', async () => {
    const { core, online, settle } = roomOf({ messages: 1 })
    await online()
    core.receive({ type: 'left_conversation', conversation_id: ID })
    await settle()
    expect(core.sent('join_conversation').length).toBe(2)
  })

  it('[CLIENT-1] changes nothing afterwards', async () => {
    const { core, room, server, seqs, online, settle } = roomOf({ messages: 1 })
    await online()
    room.close()
    core.receive(server.push(server.send('grace', 'late')))
    core.goOffline()
    await online()
    await settle()
    expect(seqs()).toEqual([1])
    expect(core.sent('join_conversation').length).toBe(1)
  })
})
