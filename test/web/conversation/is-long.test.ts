import { expect, it } from 'vitest'
import { isLong } from '../../../web/conversation/is-long.ts'

it('a message is long by its lines or by its characters', () => {
  expect(isLong('\n'.repeat(300))).toBe(true)
  expect(isLong('a word '.repeat(300))).toBe(true)
  expect(isLong('a line\n'.repeat(20))).toBe(false)
  expect(isLong('a word '.repeat(120))).toBe(false)
  expect(isLong('a word '.repeat(120), 'narrow')).toBe(true)
})
