import type { Storage } from '../types.ts'

/** What this file uses of IndexedDB, because the compiler is set up for Node. */
interface Request<T> {
  readonly result: T
  readonly error: unknown
  onsuccess: () => void
  onerror: () => void
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: () => void
}
interface Database {
  createObjectStore(name: string): void
  transaction(store: string, mode: Mode, options: { durability: 'strict' }): Transaction
  close(): void
  onversionchange: () => void
}
type Mode = 'readonly' | 'readwrite'
interface Transaction {
  readonly error: unknown
  objectStore(name: string): Rows
  oncomplete: () => void
  onabort: () => void
}
interface Rows {
  get(key: string): Request<unknown>
  put(value: unknown, key: string): Request<unknown>
  delete(key: string): Request<unknown>
  getAll(range: unknown): Request<unknown[]>
  getAllKeys(range: unknown): Request<string[]>
}
declare const indexedDB: { open(name: string): OpenRequest }
declare const IDBKeyRange: { bound(lower: string, upper: string): unknown }

const ROWS = 'rows'

/** A storage in the browser's IndexedDB, shared by all tabs of the origin. */
export function indexedDbStorage(name: string): Storage {
  let database: Promise<Database> | undefined

  function open(): Promise<Database> {
    database ??= new Promise((resolve, reject) => {
      // Without a version, so that a tab with a newer library does not lock this one out.
      const request = indexedDB.open(name)
      request.onupgradeneeded = () => request.result.createObjectStore(ROWS)
      request.onerror = () => reject(request.error)
      request.onsuccess = () => {
        const opened = request.result
        // Another tab wants to upgrade or delete it, and waits for this one.
        opened.onversionchange = () => opened.close()
        resolve(opened)
      }
    })
    return database
  }

  async function transact<T extends readonly unknown[]>(
    mode: Mode,
    run: (rows: Rows) => { readonly [K in keyof T]: Request<T[K]> },
    canRetry = true,
  ): Promise<T> {
    const opening = open()
    try {
      const opened = await opening
      return await new Promise((resolve, reject) => {
        const transaction = opened.transaction(ROWS, mode, { durability: 'strict' })
        const requests = run(transaction.objectStore(ROWS))
        transaction.oncomplete = () => resolve(requests.map(({ result }) => result) as unknown as T)
        transaction.onabort = () => reject(transaction.error)
      })
    } catch (error) {
      // The connection may be closed or lost, as when a phone wakes up.
      if (database === opening) {
        database = undefined
        void opening.then(
          (opened) => opened.close(),
          () => {},
        )
      }
      if (canRetry) return transact(mode, run, false)
      throw error
    }
  }

  return {
    get: async (key) => (await transact<[unknown]>('readonly', (rows) => [rows.get(key)]))[0],
    set: async (key, value) => void (await transact('readwrite', (rows) => [rows.put(value, key)])),
    delete: async (key) => void (await transact('readwrite', (rows) => [rows.delete(key)])),
    async list(prefix) {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const [keys, values] = await transact<[string[], unknown[]]>('readonly', (rows) => [
        rows.getAllKeys(range),
        rows.getAll(range),
      ])
      return keys.map((key, index) => [key, values[index]] as const)
    },
  }
}
