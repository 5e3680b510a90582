import type { Store } from '../core.ts'
import { source } from '../readable.ts'
import type { ChatState, Clock, Storage } from '../types.ts'
import { memoryStorage } from './memory.ts'

/** Half of the time that the storage has to answer. */
const HALF_TIMEOUT_MS = 2500

/**
 * One user's part of a storage. It never rejects: what the storage does not take stays in memory. A storage that fails
 * is tried again with the next value; one that does not answer is not waited for again.
 *
 * @param scope keeps users and servers apart
 */
export function createStore(storage: Storage = memoryStorage(), scope: string, clock: Clock): Store {
  const kind = source<ChatState['storage']>(storage.volatile ? 'memory' : 'durable')
  const root = `${encodeURIComponent(scope)}/`
  /** What is newer than in the storage: it is being written, or could not be. The value is undefined if deleted. */
  const newer = new Map<string, { readonly value: unknown }>()
  const writes = new Set<Promise<void>>()
  let isSilent = false
  let isCleared = false

  async function attempt<T>(run: () => Promise<T>, evenIfSilent = false): Promise<T | undefined> {
    try {
      if (!isSilent || evenIfSilent) return await answerOf(run())
    } catch {
      kind.set('memory')
    }
    return undefined
  }

  function answerOf<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        isSilent = true
        reject(new Error('no answer'))
      }
      // In two steps, because the first one is overdue after the machine has slept.
      let timer = clock.setTimeout(() => {
        timer = clock.setTimeout(giveUp, HALF_TIMEOUT_MS)
      }, HALF_TIMEOUT_MS)
      const stop = () => clock.clearTimeout(timer)
      void answer.then(resolve, reject).then(stop)
    })
  }

  async function write(key: string, value: unknown): Promise<void> {
    if (isCleared && value !== undefined) return
    const row = { value }
    newer.set(key, row)
    const done = attempt(async () => {
      await (value === undefined ? storage.delete(root + key) : storage.set(root + key, value))
      // Unless the key was written again meanwhile.
      if (newer.get(key) === row) newer.delete(key)
    }, value === undefined)
    writes.add(done)
    await done
    writes.delete(done)
  }

  async function list(prefix: string): Promise<[key: string, value: unknown][]> {
    const stored = (await attempt(() => storage.list(root + prefix))) ?? []
    const rows = new Map(stored.map(([key, value]) => [key.slice(root.length), value]))
    for (const [key, { value }] of newer) if (key.startsWith(prefix)) rows.set(key, value)
    return [...rows].filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  }

  return {
    kind,
    async get(key) {
      const row = newer.get(key)
      return row ? row.value : attempt(() => storage.get(root + key))
    },
    set: write,
    delete: (key) => write(key, undefined),
    list,
    async clear() {
      // No write may come after the deletion.
      isCleared = true
      await Promise.all(writes)
      isSilent = false
      const rows = await list('')
      await Promise.all(rows.map(([key]) => write(key, undefined)))
      newer.clear()
    },
  }
}
