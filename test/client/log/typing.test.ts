import { describe, expect, it } from 'vitest'
import { ID } from '../support/fake-conversation.ts'
import { roomOf } from './open-room.ts'

describe('typing', () => {
  it('[CLIENT-4] is announced at most every 5 s, and its end once', async () => {
    const { core, room, online } = roomOf()
    await online()
    const told = () => core.sent('typing').map(({ is_typing }) => is_typing)
    for (let i = 0; i < 10; i++) {
      room.typing(true)
      await core.clock.advance(1000)
    }
    expect(told()).toEqual([true, true])
    room.typing(false)
    room.typing(false)
    expect(told()).toEqual([true, true, false])
  })

  it('[CLIENT-4] is announced and ends even after the clock was set back by an hour', async () => {
    const { core, room, log, online } = roomOf()
    await online()
    room.typing(true)
    core.receive({ type: 'user_typing', conversation_id: ID, user_id: 'grace', is_typing: true })
    core.clock.setBack(3_600_000)
    await core.clock.advance(6000)
    expect(log().typing).toEqual([])
    room.typing(true)
    expect(core.sent('typing')).toHaveLength(2)
  })

  it('[CLIENT-4] is announced only while another participant is online or nothing is known', async () => {
    const { core, room, presence, online } = roomOf()
    await online()
    presence.set(new Map([['grace', { is_online: false, last_seen: null }]]))
    room.typing(true)
    expect(core.sent('typing')).toEqual([])
    presence.set(new Map([['grace', { is_online: true, last_seen: null }]]))
    room.typing(true)
    expect(core.sent('typing')).toEqual([{ conversation_id: ID, is_typing: true }])
  })

  it('[CLIENT-4] needs no notice of its end if a message follows', async () => {
    const { core, room, online } = roomOf()
    await online()
    room.typing(true)
    room.send('hello')
    room.typing(false)
    expect(core.sent('typing').length).toBe(1)
  })

  it('[CLIENT-4] of others is shown until it ends, expires after 6 s, or a message arrives', async () => {
    const { core, server, log, online } = roomOf({ participants: ['ada', 'grace', 'alan'] })
    await online()
    const types = (user_id: string, is_typing = true) =>
      core.receive({ type: 'user_typing', conversation_id: ID, user_id, is_typing })
    types('grace')
    types('alan')
    types('ada')
    expect(log().typing).toEqual(['grace', 'alan'])
    types('alan', false)
    expect(log().typing).toEqual(['grace'])
    await core.clock.advance(4000)
    types('grace')
    await core.clock.advance(5999)
    expect(log().typing).toEqual(['grace'])
    await core.clock.advance(1)
    expect(log().typing).toEqual([])
    types('grace')
    core.receive(server.push(server.send('grace', 'hello')))
    expect(log().typing).toEqual([])
  })

  it('[CLIENT-4] of others ends when they leave or are removed', async () => {
    const { core, log, online } = roomOf({ participants: ['ada', 'grace', 'alan'] })
    await online()
    const from = { conversation_id: ID, user_id: 'alan' }
    core.receive({ type: 'user_typing', ...from, is_typing: true })
    core.receive({ type: 'user_typing', ...from, user_id: 'grace', is_typing: true })
    const participant = { id: 'alan', firstname: 'alan', lastname: '', email: '' }
    core.receive({ type: 'owner_changed', conversation_id: ID, seq: 1, participant, owner_id: 'alan' })
    core.receive({ type: 'participant_left', conversation_id: 'other', seq: 1, participant })
    expect(log().typing).toEqual(['alan', 'grace'])
    core.receive({ type: 'participant_left', conversation_id: ID, seq: 2, participant, removed_by: 'ada' })
    expect(log().typing).toEqual(['grace'])
  })

  it('[CLIENT-4] of others ends when the user leaves or is removed', async () => {
    const { core, log, online } = roomOf({ participants: ['ada', 'grace', 'alan'] })
    await online()
    const notice = { type: 'user_typing', conversation_id: ID, user_id: 'alan', is_typing: true } as const
    core.receive(notice)
    core.receive({ type: 'conversation_removed', conversation_id: ID })
    expect(log().typing).toEqual([])
    core.receive(notice)
    expect(log().typing).toEqual([])
  })
})
