import { describe, expect, it } from 'vitest'
import { ID } from '../support/fake-conversation.ts'
import { roomOf } from './open-room.ts'

/** Every view of the room: what is listed, then what is pending. */
function recorded({ room, log }: ReturnType<typeof roomOf>) {
  const views: string[] = []
  room.log.subscribe(() => {
    const listed = log().entries.map((entry) => (entry.kind === 'message' ? entry.content : entry.kind))
    views.push([...listed, ...log().pending.map(({ content }) => content)].join(' '))
  })
  return views
}

describe('a message that the user sends', () => {
  it('[CLIENT-2] keeps its place when it is acknowledged, in every view', async () => {
    const all = roomOf()
    const { room, outbox, log, online, settle } = all
    await online()
    const views = recorded(all)
    const [first] = [room.send('one'), room.send('two')]
    outbox.acknowledge(first)
    await settle()
    expect(new Set(views)).toEqual(new Set(['one', 'one two']))
    expect(log()).toMatchObject({ entries: [{ content: 'one' }], pending: [{ content: 'two' }] })
    expect(outbox.keys()).toEqual(['key-2'])
  })

  it('[CLIENT-2] stays pending until the entries before it have arrived', async () => {
    const { core, server, room, outbox, shown, log, online, settle } = roomOf()
    await online()
    const key = room.send('mine')
    core.answer('join_conversation', () => new Promise(() => undefined))
    server.send('grace', 'before')
    outbox.acknowledge(key)
    await settle()
    expect([shown(), log().pending.length, outbox.keys()]).toEqual([[], 1, [key]])

    core.answer('join_conversation', server.join)
    await online()
    expect([shown(), log().pending, outbox.keys()]).toEqual([['before', 'mine'], [], []])
  })

  it('[CLIENT-2] is no longer pending once it is acknowledged and the user has left the conversation', async () => {
    const { core, server, room, outbox, log, online, settle } = roomOf()
    await online()
    const key = room.send('mine')
    core.answer('join_conversation', () => new Promise(() => undefined))
    server.send('grace', 'before')
    outbox.acknowledge(key)
    core.receive({ type: 'conversation_removed', conversation_id: ID })
    await settle()
    expect([log().pending, outbox.keys()]).toEqual([[], []])
  })

  it('[CLIENT-2] is not shown twice if its acknowledgment was lost', async () => {
    const { core, server, room, outbox, shown, log, online } = roomOf()
    await online()
    const key = room.send('mine')
    core.goOffline()
    server.send('ada', 'mine', key)
    await online()
    expect([shown(), log().pending, outbox.keys()]).toEqual([['mine'], [], [key]])
  })

  it('[CLIENT-2] is not taken for the message of another sender with the same `client_message_id`', async () => {
    const { core, server, room, log, online, settle } = roomOf()
    await online()
    const key = room.send('mine')
    core.receive(server.push(server.send('grace', 'hers', key)))
    await settle()
    expect(log()).toMatchObject({ entries: [{ content: 'hers' }], pending: [{ content: 'mine' }] })
  })

  it('[CLIENT-8] that another tab has sent is shown without another request', async () => {
    const { core, server, shown, online } = roomOf()
    await online()
    const message = server.send('ada', 'from the other tab', 'k')
    core.receive({ type: 'message_sent', conversation_id: ID, client_message_id: 'k', message })
    expect(shown()).toEqual(['from the other tab'])
  })

  it.each([undefined, null, 42, {}])(
    '[CLIENT-2] that is not a string, such as %s, is refused with a TypeError and not stored',
    async (value) => {
      const { room, log, draft, outbox, settle } = roomOf()
      expect(() => room.send(value as never)).toThrow(TypeError)
      expect(() => room.setDraft(value as never)).toThrow(TypeError)
      await settle()
      expect([log().pending, outbox.keys(), draft.getSnapshot()]).toEqual([[], [], ''])
    },
  )

  it('[CLIENT-2] clears the draft once it is stored, unless the user has written on', async () => {
    const { room, draft, settle } = roomOf()
    room.setDraft('hello')
    room.send('hello')
    expect(draft.getSnapshot()).toBe('hello')
    await settle()
    expect(draft.getSnapshot()).toBe('')
    room.send('hello')
    room.setDraft('hello again')
    await settle()
    expect(draft.getSnapshot()).toBe('hello again')
  })
})

describe('a view', () => {
  it('[CLIENT-1] is the same object until something changes', async () => {
    const { core, room, server, log, online } = roomOf({ messages: 2 })
    await online()
    room.send('mine')
    const before = log()
    core.receive(server.push(server.log[1] as never))
    core.receive({ type: 'pong', time: '', heads: { [ID]: 2 } })
    expect(log()).toBe(before)
    room.typing(true)
    expect(log()).toBe(before)
  })

  it('[CLIENT-1] of a long log keeps the entries that have not changed', async () => {
    const { core, server, log, online } = roomOf({ messages: 40 })
    await online()
    const before = log().entries
    core.receive(server.push(server.send('grace', 'new')))
    expect(
      log()
        .entries.slice(0, -1)
        .every((entry, index) => entry === before[index]),
    ).toBe(true)
    expect(before.length).toBe(40)
  })
})
