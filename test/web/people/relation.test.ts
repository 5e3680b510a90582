import { describe, expect, it } from 'vitest'
import { acquaintances, relationTo } from '../../../web/people/relation.ts'
import { group, invitation, pair, person } from '../builders.ts'

const grace = person('grace')
const alan = person('alan')

describe('the relation between the user and a person', () => {
  it('a stranger can be invited, also one who is in the same group', () => {
    expect(relationTo('grace', [group([grace]), pair(alan)], [])).toEqual({ kind: 'stranger' })
  })

  it('the conversation of a pair can be opened', () => {
    expect(relationTo('grace', [pair(alan), pair(grace)], [])).toEqual({
      kind: 'pair',
      conversationId: 'with-grace',
    })
  })

  it('a person who was invited has not answered yet', () => {
    expect(relationTo('grace', [pair(grace, { status: 'pending' })], [])).toEqual({ kind: 'invited' })
  })

  it('a person who has sent an invitation gets an answer', () => {
    const received = invitation(grace)
    expect(relationTo('grace', [], [received])).toEqual({ kind: 'inviting', invitation: received })
  })

  it('an invitation to a group says nothing about a pair', () => {
    const received = invitation(grace, { conversation_id: 'group' })
    expect(relationTo('grace', [], [received])).toEqual({ kind: 'stranger' })
  })
})

describe('acquaintances', () => {
  it('are the others in conversations, each once, those of the latest conversation first', () => {
    const conversations = [group([alan, grace]), pair(grace), pair(person('kat'))]
    expect(acquaintances(conversations, 'me').map(({ id }) => id)).toEqual(['alan', 'grace', 'kat'])
  })

  it('do not include those who have not answered, nor removed users', () => {
    const removed = { ...person('gone'), firstname: '', email: '' }
    expect(acquaintances([pair(grace, { status: 'pending' }), pair(removed)], 'me')).toEqual([])
  })
})
