import { expect, it } from 'vitest'
import { createDrafts } from '../../../client/outbox/drafts.ts'
import { memoryStorage } from '../../../client/storage/memory.ts'
import { createStore } from '../../../client/storage/store.ts'
import { settle, virtualClock } from '../support/virtual-clock.ts'

const clock = virtualClock()

/** A storage whose writes finish one by one, when the test says so. */
function slowStorage() {
  const storage = memoryStorage()
  const waiting: (() => void)[] = []
  const turn = () => new Promise<void>((resolve) => waiting.push(resolve))
  return {
    waiting,
    storage: {
      ...storage,
      set: async (key: string, value: unknown) => {
        await turn()
        await storage.set(key, value)
      },
    },
    async finishOne() {
      waiting.shift()?.()
      await settle()
    },
  }
}

it('[CLIENT-2] a draft survives a reload', async () => {
  const storage = memoryStorage()
  createDrafts(createStore(storage, 'ada', clock)).set('c1', 'I was about to say')
  await settle()
  const drafts = createDrafts(createStore(storage, 'ada', clock))
  await settle()
  const draft = drafts.of('c1')
  expect(draft.getSnapshot()).toBe('')
  await settle()
  expect(draft.getSnapshot()).toBe('I was about to say')
  expect(drafts.of('c2').getSnapshot()).toBe('')
})

it('[CLIENT-2] what the user types before the stored draft is read is not replaced by it', async () => {
  const storage = memoryStorage()
  createDrafts(createStore(storage, 'ada', clock)).set('c1', 'old')
  await settle()
  const drafts = createDrafts(createStore(storage, 'ada', clock))
  drafts.set('c1', 'new')
  await settle()
  expect(drafts.of('c1').getSnapshot()).toBe('new')
})

it('[CLIENT-2] however slow the store is, it ends with the last text, and one write is in flight at most', async () => {
  const { waiting, storage, finishOne } = slowStorage()
  const store = createStore(storage, 'ada', clock)
  const drafts = createDrafts(store)
  for (const text of ['h', 'he', 'hel', 'hello']) drafts.set('c1', text)
  await settle()
  expect(waiting).toHaveLength(1)
  await finishOne()
  expect(waiting).toHaveLength(1)
  while (waiting.length > 0) await finishOne()
  expect(await store.get('draft/c1')).toBe('hello')
})

it('an empty draft is deleted from the store', async () => {
  const store = createStore(memoryStorage(), 'ada', clock)
  const drafts = createDrafts(store)
  drafts.set('c1', 'hello')
  drafts.set('c1', '')
  await settle()
  expect(await store.list('')).toEqual([])
})

it('[CLIENT-2] a draft is forgotten once the outbox has it, unless the user has typed on', async () => {
  const drafts = createDrafts(createStore(memoryStorage(), 'ada', clock))
  drafts.set('c1', 'hello ')
  drafts.set('c2', 'hello again')
  drafts.clearIf('c1', 'hello')
  drafts.clearIf('c2', 'hello')
  await settle()
  expect(drafts.of('c1').getSnapshot()).toBe('')
  expect(drafts.of('c2').getSnapshot()).toBe('hello again')
})

it('[CLIENT-2] a stored draft that is sent before it is read is forgotten as well', async () => {
  const storage = memoryStorage()
  createDrafts(createStore(storage, 'ada', clock)).set('c1', 'hello')
  await settle()
  const store = createStore(storage, 'ada', clock)
  createDrafts(store).clearIf('c1', 'hello')
  await settle()
  expect(await store.get('draft/c1')).toBeUndefined()
})
