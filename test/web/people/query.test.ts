import { describe, expect, it } from 'vitest'
import { queryOf } from '../../../web/people/query.ts'

describe('what the server is asked for', () => {
  it.each([
    ['', undefined],
    ['a', undefined],
    ['  a ', undefined],
    ["'-", undefined],
    ["o'", undefined],
    ['é', undefined],
    ['ad', 'ad'],
    ['  Ada Lovelace ', 'Ada Lovelace'],
    ['李', '李'],
    ['龙 ', '龙'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), undefined],
  ])('SEARCH-6: %j is sent as %j', (text, query) => {
    expect(queryOf(text)).toBe(query)
  })
})
