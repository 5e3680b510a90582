import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { source } from '../../../client/readable.ts'

type Drafts = typeof import('../../../web/conversations/drafts.ts')
type Kept = typeof import('../../../web/app/kept.ts')
type StorageListener = (event: { key: string | null; newValue: string | null }) => void

/** localStorage: its keys are its properties. */
function aStorage() {
  const rows = {} as Record<string, string>
  const methods = {
    setItem: (key: string, value: string) => {
      if (value.length > 1000) throw new Error('QuotaExceededError')
      rows[key] = value
    },
    removeItem: (key: string) => {
      delete rows[key]
    },
  }
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(rows, name, { value })
  return rows
}

let storage: ReturnType<typeof aStorage>
let listeners: StorageListener[]

beforeEach(() => {
  storage = aStorage()
  listeners = []
  vi.stubGlobal('localStorage', storage)
  vi.stubGlobal('addEventListener', (_: string, listener: StorageListener) => listeners.push(listener))
  // Only for the language of the texts.
  vi.stubGlobal('navigator', { language: 'en' })
})
afterEach(() => vi.unstubAllGlobals())

/** A page that is opened, or opened again. */
async function open() {
  vi.resetModules()
  const { copyDraft }: Drafts = await import('../../../web/conversations/drafts.ts')
  const { keyOf, keptText, ...kept }: Kept = await import('../../../web/app/kept.ts')
  const draftKey = (from: string, user: string, conversation: string) =>
    keyOf(from, user, 'draft', conversation)
  return { copyDraft, draftKey, draftCopy: keptText, keyOf, ...kept }
}

function aRoom(stored = '') {
  const draft = source(stored)
  return { draft, setDraft: draft.set }
}

const server = 'https://chat.example.com'

it('what the user types is there after a reload, for each user and conversation apart', async () => {
  const before = await open()
  const room = aRoom()
  before.copyDraft(before.draftKey(server, 'ada', 'c1'), room)
  room.setDraft('I was about to say')
  const { draftCopy, draftKey } = await open()
  expect(draftCopy(draftKey(server, 'ada', 'c1'))).toBe('I was about to say')
  expect(draftCopy(draftKey(server, 'ada', 'c2'))).toBe('')
  expect(draftCopy(draftKey(server, 'grace', 'c1'))).toBe('')
  expect(draftCopy(draftKey('https://other.example.com', 'ada', 'c1'))).toBe('')
})

it('a draft that the library has cleared is cleared, also after its conversation was closed', async () => {
  const { copyDraft, draftCopy, draftKey } = await open()
  const key = draftKey(server, 'ada', 'c1')
  const room = aRoom()
  copyDraft(key, room)
  room.setDraft('hello')
  room.draft.set('')
  expect(draftCopy(key)).toBe('')
  expect(storage).toEqual({})
})

it('the copy is shown before the stored draft is read', async () => {
  const { copyDraft, draftKey } = await open()
  const [before, after] = [aRoom(), aRoom()]
  const key = draftKey(server, 'ada', 'c1')
  copyDraft(key, before)
  before.setDraft('hello')
  copyDraft(key, after)
  expect(after.draft.getSnapshot()).toBe('hello')
})

it('a stored draft is copied, and a draft that is there already is not replaced', async () => {
  const { copyDraft, draftCopy, draftKey } = await open()
  const key = draftKey(server, 'ada', 'c1')
  const [first, second] = [aRoom('stored'), aRoom('typed')]
  copyDraft(key, first)
  expect(draftCopy(key)).toBe('stored')
  copyDraft(key, second)
  expect(second.draft.getSnapshot()).toBe('typed')
  expect(draftCopy(key)).toBe('typed')
})

it('another tab changes and clears a draft', async () => {
  const { draftCopy, draftKey } = await open()
  const key = draftKey(server, 'ada', 'c1')
  const [listener] = listeners
  listener?.({ key, newValue: 'from there' })
  expect(draftCopy(key)).toBe('from there')
  listener?.({ key, newValue: null })
  expect(draftCopy(key)).toBe('')
  listener?.({ key: 'token', newValue: 'of another program' })
  listener?.({ key: null, newValue: null })
  expect(draftCopy('token')).toBe('')
})

it('signing out deletes the drafts of this user alone', async () => {
  const { copyDraft, draftKey, forgetKept } = await open()
  for (const user of ['ada', 'adam']) {
    const room = aRoom()
    copyDraft(draftKey(server, user, 'c1'), room)
    room.setDraft(`from ${user}`)
  }
  storage['token'] = 'abc'
  forgetKept(server, 'ada')
  expect(storage).toEqual({ token: 'abc', [draftKey(server, 'adam', 'c1')]: 'from adam' })
})

it('a text that the browser has no room for leaves no older one behind', async () => {
  const { copyDraft, draftCopy, draftKey } = await open()
  const key = draftKey(server, 'ada', 'c1')
  const room = aRoom()
  copyDraft(key, room)
  room.setDraft('short')
  room.setDraft('long '.repeat(1000))
  expect(draftCopy(key)).toHaveLength(5000)
  expect(storage).toEqual({})
})

it('a browser that forbids storage keeps drafts as long as the page', async () => {
  vi.stubGlobal('localStorage', undefined)
  const { copyDraft, draftCopy, draftKey } = await open()
  const key = draftKey(server, 'ada', 'c1')
  const room = aRoom()
  copyDraft(key, room)
  room.setDraft('hello')
  expect(draftCopy(key)).toBe('hello')
})

it('only what the user has not finished would be lost by signing out', async () => {
  const { keep, keyOf, hasUnfinished } = await open()
  keep(keyOf(server, 'ada', 'name', 'grace'), 'Grace')
  keep(keyOf(server, 'ada', 'words', 'c1'), 'Shall we talk?')
  keep(keyOf(server, 'adam', 'draft', 'c1'), 'hello')
  expect(hasUnfinished(server, 'ada')).toBe(false)
  for (const kind of ['draft', 'writing', 'group'] as const) {
    keep(keyOf(server, 'ada', kind, 'c1'), 'hello')
    expect(hasUnfinished(server, 'ada')).toBe(true)
    keep(keyOf(server, 'ada', kind, 'c1'), '')
  }
  expect(hasUnfinished(server, 'ada')).toBe(false)
})
