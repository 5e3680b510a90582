import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../../../client/storage/memory.ts'
import { createStore, type TabStore } from '../../../client/storage/store.ts'
import type { Storage } from '../../../client/types.ts'
import { settle, virtualClock } from '../support/virtual-clock.ts'

const fail = async (): Promise<never> => {
  throw new Error('broken')
}
const hang = () => new Promise<never>(() => {})

/** A durable storage as far as the store can tell. */
function durableStorage(changes: Partial<Storage> = {}): Storage {
  const { volatile: _, ...storage } = memoryStorage()
  return { ...storage, ...changes }
}

describe('a working storage', () => {
  it('keeps users apart, even if the name of one begins with that of the other', async () => {
    const storage = durableStorage()
    const [ada, adam] = ['ada', 'ada/m'].map((scope) => createStore(storage, scope, virtualClock()))
    await ada?.set('a', 1)
    await adam?.set('a', 2)
    expect(await ada?.list('')).toEqual([['a', 1]])
    await ada?.clear()
    expect(await ada?.get('a')).toBeUndefined()
    expect(await adam?.get('a')).toBe(2)
  })

  it('lists by prefix, in the order of the keys', async () => {
    const store = createStore(durableStorage(), 'ada', virtualClock())
    for (const key of ['b/2', 'b/10', 'a', 'b/1']) await store.set(key, key)
    expect((await store.list('b/')).map(([key]) => key)).toEqual(['b/1', 'b/10', 'b/2'])
  })

  it('reads what is being written', async () => {
    const store = createStore(durableStorage({ set: hang }), 'ada', virtualClock())
    void store.set('a', 1)
    expect(await store.get('a')).toBe(1)
    expect(await store.list('')).toEqual([['a', 1]])
  })

  it('waits for the user, and reads meanwhile what is to be written', async () => {
    const storage = durableStorage()
    let identify: (scope: string) => void = () => {}
    const scope = new Promise<string>((resolve) => {
      identify = resolve
    })
    const store = createStore(storage, scope, virtualClock())
    const written = store.set('a', 1)
    await settle()
    expect(await store.get('a')).toBe(1)
    expect(await storage.list('')).toEqual([])
    identify('ada')
    await written
    expect(await storage.list('')).toEqual([['ada/a', 1]])
  })

  it.each([
    ['durable', durableStorage()],
    ['memory', memoryStorage()],
  ])('says that it is %s', async (kind, storage) => {
    const store = createStore(storage, 'ada', virtualClock())
    await store.set('a', 1)
    expect(store.kind.getSnapshot()).toBe(kind)
    expect(await store.get('a')).toBe(1)
  })

  it('[CLIENT-7] clearing leaves nothing behind, not even what is being written', async () => {
    const storage = durableStorage()
    const writes: (() => void)[] = []
    const slow = durableStorage({
      ...storage,
      set: async (key, value) => {
        await new Promise<void>((resolve) => writes.push(resolve))
        await storage.set(key, value)
      },
    })
    const store = createStore(slow, 'ada', virtualClock())
    void store.set('a', 1)
    const cleared = store.clear()
    void store.set('b', 1)
    await settle()
    writes[0]?.()
    await cleared
    await store.set('c', 1)
    expect(await storage.list('')).toEqual([])
    expect(await store.list('')).toEqual([])
  })
})

describe('a suspended tab', () => {
  async function suspended(write: (store: TabStore) => Promise<void>) {
    const storage = durableStorage()
    const store = createStore(storage, 'ada', virtualClock())
    await write(store)
    let goOn = () => {}
    const isGone = store.hold(
      new Promise((resolve) => {
        goOn = resolve
      }),
    )
    return { storage, store, isGone, goOn }
  }
  async function deleteAll(storage: Storage) {
    for (const [key] of await storage.list('')) await storage.delete(key)
  }

  it('[CLIENT-7] writes nothing, and learns when it comes back whether everything it has kept is gone', async () => {
    const { storage, store, isGone, goOn } = await suspended((store) => store.set('draft/c1', 'hello'))
    await deleteAll(storage)
    void store.set('draft/c2', 'later')
    await settle()
    expect(await storage.list('')).toEqual([])
    goOn()
    expect(await isGone).toBe(true)
  })

  it('[CLIENT-2] goes on if something is left, and writes what had to wait', async () => {
    const { storage, store, isGone, goOn } = await suspended(async (store) => {
      await store.set('draft/c1', 'hello')
      await store.set('list', [])
    })
    await storage.delete('ada/draft/c1')
    const written = store.set('draft/c2', 'later')
    goOn()
    expect(await isGone).toBe(false)
    await written
    expect(await storage.get('ada/draft/c2')).toBe('later')
  })

  it('[CLIENT-2] goes on if all that is gone are its messages, which another tab may have sent', async () => {
    const { storage, isGone, goOn } = await suspended(async (store) => {
      await store.set('outbox/c1/1', 'hello')
      await store.set('draft/c1', 'hello')
      await store.set('draft/c1')
    })
    await deleteAll(storage)
    goOn()
    expect(await isGone).toBe(false)
  })

  it('[CLIENT-2] goes on if the storage does not answer', async () => {
    const { storage, isGone, goOn } = await suspended((store) => store.set('list', []))
    storage.list = fail
    goOn()
    expect(await isGone).toBe(false)
  })
})

describe('a broken storage', () => {
  it.each(['get', 'set', 'delete', 'list'] as const)(
    '[CLIENT-2] after a failure of %s, the chat says that it has only memory',
    async (method) => {
      const store = createStore(durableStorage({ [method]: fail }), 'ada', virtualClock())
      await store.set('a', 1)
      await store.set('b', 2)
      await store.set('a')
      expect(await store.get('a')).toBeUndefined()
      await store.list('')
      await store.get('unknown')
      expect(await store.get('b')).toBe(method === 'get' ? undefined : 2)
      expect(store.kind.getSnapshot()).toBe('memory')
    },
  )

  it('[CLIENT-2] a storage that throws instead of rejecting is broken as well', async () => {
    const store = createStore(
      durableStorage({
        set: () => {
          throw new Error('access denied')
        },
      }),
      'ada',
      virtualClock(),
    )
    await store.set('a', 1)
    expect(await store.get('a')).toBe(1)
    expect(store.kind.getSnapshot()).toBe('memory')
  })

  it('[CLIENT-2] a storage that is full keeps what it has, and the rest is kept in memory', async () => {
    let isFull = false
    const storage = durableStorage()
    const store = createStore(
      durableStorage({ ...storage, set: (key, value) => (isFull ? fail() : storage.set(key, value)) }),
      'ada',
      virtualClock(),
    )
    await store.set('a', 1)
    await store.set('b', 1)
    await store.set('c', 1)
    isFull = true
    await store.set('b', 2)
    await store.set('c')
    await store.set('d', 2)
    expect(await store.list('')).toEqual([
      ['a', 1],
      ['b', 2],
      ['d', 2],
    ])
    expect(await storage.list('')).toHaveLength(2)
    await store.clear()
    expect(await storage.list('')).toEqual([])
    expect(await store.list('')).toEqual([])
  })

  it('[CLIENT-2] a storage that does not answer within 5 s is not waited for again', async () => {
    const clock = virtualClock()
    const store = createStore({ get: hang, set: hang, delete: hang, list: hang }, 'ada', clock)
    let isDone = false
    const first = store.set('a', 1).then(() => {
      isDone = true
    })
    await clock.advance(4999)
    expect([isDone, store.kind.getSnapshot()]).toEqual([false, 'durable'])
    await clock.advance(1)
    await first
    expect(store.kind.getSnapshot()).toBe('memory')
    await store.set('b', 2)
    const listed = store.list('')
    await clock.advance(100)
    expect(await listed).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })

  it('[CLIENT-2] what was stored before a failure can still be read', async () => {
    const storage = durableStorage()
    await createStore(storage, 'ada', virtualClock()).set('a', 1)
    const store = createStore(durableStorage({ ...storage, set: fail }), 'ada', virtualClock())
    await store.set('b', 2)
    expect(store.kind.getSnapshot()).toBe('memory')
    expect(await store.list('')).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })

  it('[CLIENT-2] a machine that slept during a write does not break the storage', async () => {
    const clock = virtualClock()
    const storage = durableStorage()
    let finish = () => {}
    const store = createStore(
      durableStorage({
        ...storage,
        set: async (key, value) => {
          await new Promise<void>((resolve) => {
            finish = resolve
          })
          await storage.set(key, value)
        },
      }),
      'ada',
      clock,
    )
    const written = store.set('a', 1)
    clock.sleep(3 * 3_600_000)
    await clock.advance(10)
    finish()
    await written
    expect(store.kind.getSnapshot()).toBe('durable')
  })

  it('[CLIENT-7] a storage that did not answer in time is cleared once it does', async () => {
    const clock = virtualClock()
    const storage = durableStorage()
    let isSlow = false
    const store = createStore(
      durableStorage({ ...storage, set: (key, value) => (isSlow ? hang() : storage.set(key, value)) }),
      'ada',
      clock,
    )
    await store.set('a', 1)
    await store.set('b', 1)
    isSlow = true
    void store.set('c', 1)
    await clock.advance(5000)
    await store.set('a')
    await settle()
    expect(await storage.list('')).toHaveLength(1)
    await store.clear()
    expect(await storage.list('')).toEqual([])
  })

  it('keeps the last value of a key, whichever of its values could be written', async () => {
    for (const broken of ['old', 'new']) {
      const storage = durableStorage()
      const ends: (() => void)[] = []
      const store = createStore(
        durableStorage({
          ...storage,
          async set(key, value) {
            await new Promise<void>((resolve) => ends.push(resolve))
            if (value === broken) throw new Error('full')
            await storage.set(key, value)
          },
        }),
        'ada',
        virtualClock(),
      )
      const written = Promise.all([store.set('a', 'old'), store.set('a', 'new')])
      await settle()
      ends[0]?.()
      await settle()
      ends[1]?.()
      await written
      expect(await store.get('a')).toBe('new')
    }
  })
})
