import { expect, it } from 'vitest'
import { limits } from '../../../protocol/limits.ts'
import { canSend, charactersLeft } from '../../../web/composer/content.ts'

it('the count of characters left ignores white space around the text', () => {
  expect(charactersLeft('')).toBe(limits.contentCodePoints)
  expect(charactersLeft('hello')).toBe(limits.contentCodePoints - 5)
  expect(charactersLeft('\n hello \n\n')).toBe(limits.contentCodePoints - 5)
})

it('the count treats an emoji outside the basic plane as one character', () => {
  expect(charactersLeft('👍')).toBe(limits.contentBytes / 4 - 1)
  expect(charactersLeft(`${'a'.repeat(3000)}👍`)).toBe(limits.contentCodePoints - 3001)
})

it('the count is in characters of the text even when the limit in bytes is the lower one', () => {
  const most = Math.floor(limits.contentBytes / 3)
  expect(charactersLeft('字'.repeat(most - 5))).toBe(5)
  expect(charactersLeft('字'.repeat(most))).toBe(0)
  expect(charactersLeft('字'.repeat(most + 5))).toBe(-5)
})

it('the composer sends exactly what the server takes', () => {
  expect(canSend('a'.repeat(limits.contentCodePoints))).toBe(true)
  expect(canSend('a'.repeat(limits.contentCodePoints + 1))).toBe(false)
  expect(canSend(`${'a'.repeat(limits.contentCodePoints)} \n`)).toBe(true)
  expect(canSend('é'.repeat(limits.contentBytes / 2 - 100))).toBe(true)
  expect(canSend('字'.repeat(limits.contentBytes / 3 + 1))).toBe(false)
})

it('the composer sends no text that would be invisible', () => {
  for (const text of ['', ' ', '\n\t ', '\u00a0', '\u200b', '\u2060\u3000', '\u2800'])
    expect(canSend(text)).toBe(false)
  expect(canSend('.')).toBe(true)
})
