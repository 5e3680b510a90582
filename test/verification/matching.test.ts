import { describe, expect, it } from 'vitest'
import { difference } from '../../verification/dialogues/matching.ts'

describe('the difference between what a dialogue receives and expects', () => {
  it.each([
    [{ seq: 1, more: true }, { seq: 1 }],
    [{ message: { seq: 1, content: 'x' } }, { message: { content: 'x' } }],
    [{ messages: [{ seq: 1, kind: 'message' }] }, { messages: [{ seq: 1 }] }],
    [{}, {}],
  ])('is none if %j has all of %j', (actual, expected) => {
    expect(difference(actual, expected)).toBeUndefined()
  })

  it.each([
    [{ seq: 2 }, { seq: 1 }, 'it.seq is 2 instead of 1'],
    [{}, { seq: 1 }, 'it.seq is missing instead of 1'],
    [{ code: 'forbidden' }, { code: undefined }, 'it.code is "forbidden" instead of missing'],
    [{ message: null }, { message: {} }, 'it.message is null instead of an object'],
    [{ messages: [1, 2] }, { messages: [1] }, 'it.messages is [1,2] instead of 1 items'],
    [{ messages: {} }, { messages: [] }, 'it.messages is {} instead of 0 items'],
  ])('between %j and %j says where they differ', (actual, expected, text) => {
    expect(difference(actual, expected)).toBe(text)
  })
})
