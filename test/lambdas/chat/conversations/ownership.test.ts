import { describe, expect, it } from 'vitest'
import { ownerChange, ownerOf } from '../../../../lambdas/chat/conversations/ownership.ts'
import type { Participant } from '../../../../lambdas/model.ts'

const participants = (joins: Readonly<Record<string, number | undefined>>) =>
  new Map(
    Object.entries(joins).map(([user, joinedSeq]): [string, Participant] => [
      user,
      {
        user,
        joined: new Map(),
        readSeq: 0,
        readOthers: 0,
        ...(joinedSeq === undefined ? {} : { joinedSeq }),
      },
    ]),
  )

describe('the owner of a group', () => {
  it('[GROUP-7] is the creator until another owner is stored', () => {
    const all = participants({ ada: undefined, bob: 1 })
    expect(ownerOf({ creator: 'ada' }, all)).toBe('ada')
    expect(ownerOf({ creator: 'ada', owner: 'bob' }, all)).toBe('bob')
    expect([
      ownerChange({ creator: 'ada' }, all),
      ownerChange({ creator: 'ada', owner: 'bob' }, all),
    ]).toEqual([{}, {}])
  })

  it('[GROUP-9] is the participant who joined first, if the stored owner is not a participant', () => {
    const remaining = participants({ dan: 9, bob: 4, cyd: 7 })
    expect(ownerOf({ creator: 'ada' }, remaining)).toBe('bob')
    expect(ownerChange({ creator: 'ada' }, remaining)).toEqual({ owner: 'bob' })
    expect(ownerOf({ creator: 'ada' }, participants({}))).toBeUndefined()
  })

  it('F25: [GROUP-9] of an older version is the first by id of those whose joins have no seq', () => {
    expect(ownerOf({ creator: 'ada' }, participants({ dan: 2, zoe: undefined, cyd: undefined }))).toBe('cyd')
  })
})
