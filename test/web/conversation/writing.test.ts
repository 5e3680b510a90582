import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { source } from '../../../client/readable.ts'
import type { Writing } from '../../../web/conversation/writing.ts'
import { message } from '../builders.ts'

beforeEach(() => {
  vi.stubGlobal('addEventListener', () => {})
  // Only for the language of the texts.
  vi.stubGlobal('navigator', { language: 'en' })
})
afterEach(() => vi.unstubAllGlobals())

const aRoom = () => ({ draft: source('') }) as never

/** A page that is opened, or opened again, with what is stored. */
async function open(stored: Record<string, string>) {
  vi.resetModules()
  const methods = { setItem: (key: string, value: string) => Object.assign(stored, { [key]: value }) }
  vi.stubGlobal('localStorage', Object.assign(Object.create(methods), stored))
  return await import('../../../web/conversation/writing.ts')
}
const key = 'admin-chat.writing/server/ada/c1'

it.each(['edit', 'reply'] as const)('%s: what the user writes is there after a reload', async (kind) => {
  const stored: Record<string, string> = {}
  const before = await open(stored)
  const writing: Writing = { kind, message: message('ada', 'the old words', { seq: 7 }) }
  expect(before.wordsOf(writing)).toBe('the old words')
  before.setWords(writing, 'the new words')
  before.keepWriting(key, writing)

  const after = await open(stored)
  const again = after.writingIn(aRoom(), key).getSnapshot()
  expect(again).toEqual(writing)
  expect(after.wordsOf(again)).toBe('the new words')
})

it('a conversation has no edit or reply until the user begins one', async () => {
  const { writingIn } = await open({})
  expect(writingIn(aRoom(), key).getSnapshot()).toBeUndefined()
})

it('the state of an edit or reply is the same object after the conversation is closed', async () => {
  const { writingIn } = await open({})
  const room = aRoom()
  expect(writingIn(room, key)).toBe(writingIn(room, key))
})
