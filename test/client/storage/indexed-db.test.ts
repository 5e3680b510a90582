import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { indexedDbStorage } from '../../../client/storage/indexed-db.ts'
import { createStore } from '../../../client/storage/store.ts'
import { settle, virtualClock } from '../support/virtual-clock.ts'

let factory = new IDBFactory()

beforeEach(() => {
  factory = new IDBFactory()
  vi.stubGlobal('indexedDB', factory)
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Opens or deletes a database as another tab would. */
const settled = <T extends object>(request: T) =>
  new Promise<T>((resolve, reject) =>
    Object.assign(request, { onsuccess: () => resolve(request), onerror: () => reject(new Error('failed')) }),
  )

it('the storage stores, lists by prefix and deletes, and all tabs see the same', async () => {
  const [one, two] = [indexedDbStorage('chat'), indexedDbStorage('chat')]
  await one.set('b/2', { list: [1, 2] })
  await one.set('b/1', 'text')
  await one.set('c', 0)
  expect(await two.get('b/2')).toEqual({ list: [1, 2] })
  expect(await two.list('b/')).toEqual([
    ['b/1', 'text'],
    ['b/2', { list: [1, 2] }],
  ])
  await two.delete('b/1')
  expect(await one.get('b/1')).toBeUndefined()
  expect(await one.list('')).toHaveLength(2)
})

it('[CLIENT-2] a value counts as stored once it is on the disk', async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
  await indexedDbStorage('chat').set('a', 1)
  expect(transaction.mock.lastCall?.slice(1)).toEqual(['readwrite', { durability: 'strict' }])
})

describe('another tab', () => {
  it('[CLIENT-8] can delete the database, and this tab goes on', async () => {
    const storage = indexedDbStorage('chat')
    await storage.set('a', 1)
    await settled(factory.deleteDatabase('chat'))
    expect(await storage.get('a')).toBeUndefined()
    await storage.set('a', 2)
    expect(await storage.get('a')).toBe(2)
  })

  it('[CLIENT-8] can upgrade the database, and this tab goes on', async () => {
    const storage = indexedDbStorage('chat')
    await storage.set('a', 1)
    const { result } = await settled(factory.open('chat', 7))
    expect(result.version).toBe(7)
    expect(await storage.get('a')).toBe(1)
    await storage.set('a', 2)
    expect(await storage.get('a')).toBe(2)
  })

  it('[CLIENT-2] can block the opening, and this tab goes on in memory after 5 s', async () => {
    const { result } = await settled(factory.open('chat'))
    factory.deleteDatabase('chat')
    const clock = virtualClock()
    const store = createStore(indexedDbStorage('chat'), 'ada', clock)
    const written = store.set('a', 1)
    await clock.advance(5000)
    await written
    expect(store.kind.getSnapshot()).toBe('memory')
    expect(await store.get('a')).toBe(1)
    result.close()
  })
})

it('[CLIENT-2] a connection that the browser has closed is opened again', async () => {
  const open = vi.spyOn(factory, 'open')
  const storage = indexedDbStorage('chat')
  await storage.set('a', 1)
  forceCloseDatabase(open.mock.results[0]?.value.result)
  await settle()
  await storage.set('b', 2)
  expect(await storage.list('')).toHaveLength(2)
})

it.each([
  ['IndexedDB does not exist', () => vi.stubGlobal('indexedDB', undefined)],
  [
    'opening is forbidden, as in private windows',
    () =>
      vi.spyOn(factory, 'open').mockImplementation(() => {
        throw new Error('access denied')
      }),
  ],
  [
    'the database belongs to something else',
    async () => {
      const { result } = await settled(factory.open('chat'))
      result.close()
    },
  ],
  [
    'the transaction is aborted, as when the disk is full',
    () => {
      const { transaction } = IDBDatabase.prototype
      vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
        this: unknown,
        ...parameters: unknown[]
      ) {
        const started = transaction.apply(this, parameters)
        if (parameters[1] === 'readwrite') queueMicrotask(() => started.abort())
        return started
      })
    },
  ],
])('[CLIENT-2] the chat goes on in memory if %s', async (_, breakIt) => {
  await breakIt()
  const store = createStore(indexedDbStorage('chat'), 'ada', virtualClock())
  await store.set('a', 1)
  expect(store.kind.getSnapshot()).toBe('memory')
  expect(await store.get('a')).toBe(1)
  expect(await store.list('')).toEqual([['a', 1]])
})
