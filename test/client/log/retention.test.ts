import { describe, expect, it } from 'vitest'
import { ID } from '../support/fake-conversation.ts'
import { roomOf } from './open-room.ts'

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

describe('a log that loses its old entries', () => {
  it('[RETAIN-1] begins at `first_seq`, and nothing older is asked for', async () => {
    const { server, room, seqs, log, online } = roomOf({ messages: 80 })
    server.removeBefore(21)
    await online()
    expect(log()).toMatchObject({ hasOlder: true, firstSeq: 21 })
    await room.older()
    expect(seqs()).toEqual(range(21, 80))
    expect(log()).toMatchObject({ hasOlder: false, firstSeq: 21 })
    await room.older()
    await room.around(5)
    expect(server.calls('listMessages')).toHaveLength(1)
  })

  it('[RETAIN-3] forgets what a pong says is gone, on the screen and in the storage', async () => {
    const { core, server, seqs, log, online } = roomOf({ messages: 9 })
    await online()
    server.removeBefore(5)
    core.emit({ frame: server.pong() })
    expect(seqs()).toEqual(range(5, 9))
    expect(log()).toMatchObject({ hasOlder: false, firstSeq: 5, lastSeq: 9 })
    core.emit({ page: 'leave' })
    await core.clock.advance(0)
    expect(core.store.values.get(`log/${ID}`)).toMatchObject({ start: 5, first: 5, last: 9 })
  })

  it('[RETAIN-3] ignores a late push of a message that is gone, and an earlier start', async () => {
    const { core, server, seqs, log, online } = roomOf({ messages: 9 })
    await online()
    const message = server.log[2]
    server.removeBefore(5)
    core.emit({ frame: server.pong() })
    if (message?.kind === 'message') core.emit({ frame: server.push(message) })
    server.removeBefore(2)
    core.emit({ frame: server.pong() })
    expect(seqs()).toEqual(range(5, 9))
    expect(log().firstSeq).toBe(5)
  })

  it('[RETAIN-2] goes on after everything is gone', async () => {
    const { core, server, seqs, log, online } = roomOf({ messages: 9 })
    await online()
    server.removeBefore(10)
    core.emit({ frame: server.pong() })
    expect(log()).toMatchObject({ entries: [], hasOlder: false, firstSeq: 10, lastSeq: 9 })
    core.emit({ frame: server.push(server.send('grace', 'new')) })
    expect(seqs()).toEqual([10])
  })

  it('[RETAIN-4] after a long absence, shows what still exists and nothing before it', async () => {
    const { core, server, seqs, log, settle, online } = roomOf({ messages: 9 })
    server.readBy('ada', 5)
    await online()
    core.goOffline()
    server.sendMany(11)
    server.removeBefore(15)
    core.goOnline()
    await settle()
    expect(core.sent('join_conversation').at(-1)).toEqual({ conversation_id: ID, after_seq: 9 })
    expect(seqs()).toEqual(range(15, 20))
    expect(log()).toMatchObject({ hasOlder: false, firstSeq: 15, lastSeq: 20, lastReadSeq: 5 })
    expect(server.calls('listMessages')).toEqual([])
  })

  it('[RETAIN-4] a new client gets everything that still exists', async () => {
    const { server, seqs, log, online } = roomOf({ messages: 30 })
    server.removeBefore(11)
    await online()
    expect(seqs()).toEqual(range(11, 30))
    expect(log()).toMatchObject({ hasOlder: false, firstSeq: 11 })
  })

  it('[RETAIN-3] a change of a message that is gone is an entry without effect', async () => {
    const { server, shown, online } = roomOf({ messages: 3 })
    server.edit(1, 'changed')
    const [change] = server.log.splice(3, 1)
    if (change?.kind !== 'message_updated') throw new Error('there is no change')
    const { message: _, ...bare } = change
    server.log.push(bare)
    server.removeBefore(2)
    server.send('grace', 'last')
    await online()
    expect(shown()).toEqual(['message 2', 'message 3', 'last'])
  })
})
