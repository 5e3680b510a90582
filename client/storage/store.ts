import type { Store } from '../core.ts'
import { source } from '../readable.ts'
import type { ChatState, Clock, Storage } from '../types.ts'

const TIMEOUT_MS = 5000
/** The timeout of a storage that has failed before. */
const BROKEN_TIMEOUT_MS = 100

/** The store of a tab that can be suspended while another tab clears it. */
export interface TabStore extends Store {
  /**
   * Writes nothing until the promise `until` resolves. Then resolves with true if everything is gone: another tab has
   * signed the user out, or the browser has deleted it.
   */
  hold(until: Promise<void>): Promise<boolean>
}

/**
 * One user's part of a storage. It never rejects: what the storage does not take stays in memory. After the first
 * failure, `kind` promises only memory, but the storage is still used as far as it answers at once.
 *
 * @param scope keeps users and servers apart; nothing is read or written before it is known
 */
export function createStore(storage: Storage, scope: string | Promise<string>, clock: Clock): TabStore {
  const kind = source<ChatState['storage']>(storage.volatile ? 'memory' : 'durable')
  /** Values newer than those in the storage: they are being written or could not be written. Undefined if deleted. */
  const newer = new Map<string, unknown>()
  let lastWrite: Promise<unknown> = Promise.resolve()
  let timeoutMs = TIMEOUT_MS
  let isCleared = false
  /**
   * The keys of stored rows other than messages, which are deleted once they are sent. If these rows are gone as well,
   * the storage was cleared.
   */
  const kept = new Set<string>()

  /** Resolves with undefined if the storage fails or does not answer in time. */
  async function attempt<T>(run: (root: string) => Promise<T>): Promise<T | undefined> {
    const root = `${encodeURIComponent(await scope)}/`
    return await new Promise((resolve) => {
      const fail = () => {
        kind.set('memory')
        timeoutMs = BROKEN_TIMEOUT_MS
        resolve(undefined)
      }
      // Two timers, because the first one is overdue after the machine has slept.
      let timer = clock.setTimeout(() => {
        timer = clock.setTimeout(fail, timeoutMs / 2)
      }, timeoutMs / 2)
      const stop = () => clock.clearTimeout(timer)
      void Promise.resolve(root).then(run).then(resolve, fail).then(stop)
    })
  }

  /** Makes one write after another, so that the last value remains. */
  async function set(key: string, value?: unknown): Promise<void> {
    if (isCleared && value !== undefined) return
    newer.set(key, value)
    lastWrite = lastWrite.then(() =>
      attempt(async (root) => {
        await (value === undefined ? storage.delete(root + key) : storage.set(root + key, value))
        if (value === undefined) kept.delete(key)
        else if (!key.startsWith('outbox/')) kept.add(key)
        // The value stays if the key was set again meanwhile.
        if (newer.get(key) === value) newer.delete(key)
      }),
    )
    // Waiting for a storage that has failed would gain nothing.
    if (timeoutMs === TIMEOUT_MS) await lastWrite
  }

  async function list(prefix: string): Promise<[key: string, value: unknown][]> {
    const rows = new Map<string, unknown>()
    await attempt(async (root) => {
      for (const [key, value] of await storage.list(root + prefix)) rows.set(key.slice(root.length), value)
    })
    for (const [key, value] of newer) if (key.startsWith(prefix)) rows.set(key, value)
    return [...rows].filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  }

  return {
    kind,
    get: async (key) => (newer.has(key) ? newer.get(key) : attempt((root) => storage.get(root + key))),
    set,
    list,
    async clear() {
      // No write may come after the deletion.
      isCleared = true
      await lastWrite
      for (const [key] of await list('')) void set(key)
      await lastWrite
      newer.clear()
    },
    hold(until) {
      const isGone = lastWrite.then(async () => {
        await until
        return kept.size > 0 && (await attempt((root) => storage.list(root)))?.length === 0
      })
      lastWrite = isGone
      return isGone
    },
  }
}
