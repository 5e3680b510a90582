import { describe, expect, it } from 'vitest'
import { audience, joinedConnections } from '../../../../lambdas/chat/push/audience.ts'
import type { Participant } from '../../../../lambdas/model.ts'

const now = 1000
const later = 2000
const participant = (user: string, joined: Record<string, number>): Participant => ({
  user,
  joined: new Map(Object.entries(joined)),
  readSeq: 0,
  readOthers: 0,
})
const on = (user: string, ...ids: string[]) =>
  ids.map((id) => ({ id, user, since: 0, tokenExpiresAt: later }))

describe('audience', () => {
  const joined = new Map([
    ['a1', 'ada'],
    ['a2', 'ada'],
    ['b1', 'bob'],
  ])
  const userConnections = [...on('ada', 'a1', 'a2', 'a3'), ...on('bob', 'b1', 'b2')]

  it('[PUSH-1] [PUSH-4] over the socket: joined connections except the sending one receive the message, the rest receive an update', () => {
    const { message, update } = audience(
      'ada',
      { via: 'socket', connection: 'a1' },
      joined,
      userConnections,
      now,
    )
    expect([...message.keys()].sort()).toEqual(['a2', 'b1'])
    expect([...update].sort()).toEqual([
      ['a3', 'ada'],
      ['b2', 'bob'],
    ])
  })

  it('[PUSH-2] over REST: all others receive the message, and the caller receives an update', () => {
    const { message, update } = audience('ada', { via: 'rest' }, joined, userConnections, now)
    expect([...message.keys()].sort()).toEqual(['b1', 'b2'])
    expect([...update.keys()].sort()).toEqual(['a1', 'a2', 'a3'])
  })

  it('[PUSH-3] over REST with the caller’s connection: the caller’s other connections receive the message', () => {
    const { message, update } = audience(
      'ada',
      { via: 'rest', connection: 'a3' },
      joined,
      userConnections,
      now,
    )
    expect([...message.keys()].sort()).toEqual(['a1', 'a2', 'b1', 'b2'])
    expect([...update]).toEqual([])
  })

  it('[AUTH-7] an expired connection receives nothing, no matter which row lists it', () => {
    const participants = new Map([['bob', participant('bob', { b1: now, b2: later })]])
    expect([...joinedConnections(participants, [], now)]).toEqual([['b2', 'bob']])
    // A renewal counts even if it has only reached the user's list of connections.
    expect([...joinedConnections(participants, on('bob', 'b1'), now).keys()]).toEqual(['b1', 'b2'])
    const expired = [{ id: 'b3', user: 'bob', since: 0, tokenExpiresAt: now }]
    expect(audience('ada', { via: 'rest' }, new Map(), expired, now).message.size).toBe(0)
  })

  it('[PUSH-2] a joined connection receives the message once, however often its user’s list contains it', () => {
    const { message } = audience('ada', { via: 'rest' }, new Map([['b1', 'bob']]), on('bob', 'b1', 'b1'), now)
    expect([...message.keys()]).toEqual(['b1'])
  })
})
