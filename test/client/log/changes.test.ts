import { describe, expect, it } from 'vitest'
import { ID } from '../support/fake-conversation.ts'
import { roomOf } from './open-room.ts'

describe('editing', () => {
  it('[CLIENT-1] shows the new words in the place of the old ones, at once', async () => {
    const { core, server, room, shown, log, online, settle } = roomOf({ messages: 1 })
    server.send('ada', 'teh')
    await online()
    core.answer('join_conversation', () => new Promise(() => undefined))
    await room.edit(2, 'the')
    expect(shown()).toEqual(['message 1', 'the'])
    core.answer('join_conversation', server.join)
    await online()
    await settle()
    expect(shown()).toEqual(['message 1', 'the'])
    expect(log().lastSeq).toBe(3)
  })

  it('[CLIENT-1] a late push of an earlier edit does not bring old words back', async () => {
    const { core, server, room, shown, online, settle } = roomOf()
    server.send('ada', 'one')
    await online()
    core.answer('join_conversation', () => new Promise(() => undefined))
    await core.clock.advance(1000)
    const first = server.edit(1, 'two')
    await core.clock.advance(1000)
    await room.remove(1)
    core.receive({ type: 'message_updated', conversation_id: ID, seq: 2, message: first })
    await settle()
    expect(shown()).toEqual([''])
  })

  it('[CLIENT-1] a change of a message that is not loaded adds nothing, and the message is shown with it later', async () => {
    const { core, server, room, shown, seqs, online, settle } = roomOf({ messages: 60 })
    await online()
    const message = server.edit(3, 'new')
    core.receive({ type: 'message_updated', conversation_id: ID, seq: 61, message })
    await settle()
    expect(seqs().at(-1)).toBe(60)
    await room.older()
    expect(shown()[2]).toBe('new')
    expect(core.sent('join_conversation').length).toBe(1)
  })

  it('[CLIENT-1] an edit in a stored log is found after a restart', async () => {
    const { core, server, room, open, online, settle } = roomOf({ messages: 2 })
    await online()
    room.close()
    await settle()
    core.goOffline()
    server.edit(1, 'new')
    const again = open()
    await online()
    expect(again.log.getSnapshot().entries[0]).toMatchObject({ content: 'new' })
  })

  it('rejects with what the server says', async () => {
    const { server, room, online } = roomOf({ messages: 1 })
    await online()
    server.api.editMessage = async () => {
      throw new Error('refused')
    }
    await expect(room.edit(1, 'x')).rejects.toThrow('refused')
  })
})

describe('a group', () => {
  it('[CLIENT-1] lists who joined, and leaves out entries of unknown kinds', async () => {
    const { core, server, shown, seqs, online, settle } = roomOf({ participants: ['ada', 'grace', 'alan'] })
    await online()
    const entry = server.addChange('alan')
    server.log.push({ ...entry, seq: 2, kind: 'poll_created' } as never)
    server.send('grace', 'hello')
    core.receive({ type: 'pong', time: '', heads: { [ID]: 3 } })
    await settle()
    expect([shown(), seqs()]).toEqual([
      ['participant_joined', 'hello'],
      [1, 3],
    ])
  })

  it('changes its participants over REST', async () => {
    const { server, room, listed, online } = roomOf({ participants: ['ada', 'grace', 'alan'] })
    await online()
    await room.invite(['linus'])
    await room.removeParticipant('alan')
    await room.setOwner('grace')
    expect(await room.invitations()).toEqual([])
    await room.leave()
    expect(server.calls('inviteToGroup')).toEqual([[{ user_ids: ['linus'] }]])
    expect(server.calls('removeParticipant')).toEqual([['alan']])
    expect(server.calls('setOwner')).toEqual([[{ user_id: 'grace' }]])
    expect(server.calls('leave')).toEqual([[]])
    expect(listed()).toBeUndefined()
  })
})

describe('older entries', () => {
  it('[CLIENT-1] come in pages of 50 until the first one', async () => {
    const { room, server, seqs, log, online } = roomOf({ messages: 120 })
    await online()
    await room.older()
    expect(seqs().at(0)).toBe(21)
    await room.older()
    expect(seqs().length).toBe(120)
    expect(log().hasOlder).toBe(false)
    await room.older()
    expect(server.calls('listMessages').length).toBe(2)
  })

  it('[CLIENT-1] are asked for once by calls at the same time', async () => {
    const { room, server, seqs, online } = roomOf({ messages: 120 })
    await online()
    await Promise.all([room.older(), room.older(), room.around(60)])
    expect(server.calls('listMessages').length).toBe(1)
    expect(seqs().at(0)).toBe(21)
  })

  it('[CLIENT-1] are loaded up to the one that is looked for', async () => {
    const { room, server, seqs, online } = roomOf({ messages: 400 })
    await online()
    await room.around(200)
    expect(seqs().at(0)).toBe(151)
    expect(server.calls('listMessages').length).toBe(2)
  })

  it('[CLIENT-1] can be looked for before the room has joined', async () => {
    const { room, seqs } = roomOf({ messages: 400 })
    await room.around(200)
    expect(seqs()).toContain(200)
    await room.around(1000)
    expect(seqs().at(-1)).toBe(400)
  })

  it('[CLIENT-1] are not asked for where there can be none', async () => {
    const { room, server, online } = roomOf({ messages: 300 })
    await online()
    for (const seq of [0, -1, Number.NaN]) await room.around(seq)
    expect(server.calls('listMessages')).toEqual([])
  })
})
