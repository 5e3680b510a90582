import type { Storage } from '../types.ts'

/** The parts of IndexedDB that this file uses. They are declared here because the compiler is set up for Node. */
interface Request<T> {
  readonly result: T
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: () => void
}
interface Database {
  createObjectStore(name: string): void
  transaction(
    store: string,
    mode: 'readwrite',
    options: { durability: 'strict' },
  ): { objectStore(name: string): Rows }
  close(): void
}
type Row = readonly [key: string, value: unknown]
interface Rows {
  get(key: string): Request<Row | undefined>
  put(row: Row, key: string): Request<void>
  delete(key: string): Request<void>
  getAll(range: unknown): Request<Row[]>
}
declare const indexedDB: { open(name: string): OpenRequest }
declare const IDBKeyRange: { bound(lower: string, upper: string): unknown }

const ROWS = 'rows'

/**
 * A storage in the browser's IndexedDB, shared by all tabs of the origin. Each call opens the database anew: an open
 * database can be lost when a phone wakes up, and it blocks a tab that wants to upgrade or delete it.
 */
export function indexedDbStorage(name: string): Storage {
  async function transact<T>(run: (rows: Rows) => Request<T>): Promise<T> {
    // Without a version, so that a tab with a newer library does not lock this one out.
    const opening = indexedDB.open(name)
    opening.onupgradeneeded = () => opening.result.createObjectStore(ROWS)
    await endOf(opening)
    try {
      const transaction = opening.result.transaction(ROWS, 'readwrite', { durability: 'strict' })
      const request = run(transaction.objectStore(ROWS))
      await endOf(transaction)
      return request.result
    } finally {
      opening.result.close()
    }
  }

  return {
    get: async (key) => (await transact((rows) => rows.get(key)))?.[1],
    set: (key, value) => transact((rows) => rows.put([key, value], key)),
    delete: (key) => transact((rows) => rows.delete(key)),
    list: (prefix) => transact((rows) => rows.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))),
  }
}

/** Resolves when a database is open, or when a transaction is on the disk. */
const endOf = (request: object) =>
  new Promise((resolve, reject) => {
    Object.assign(request, { onsuccess: resolve, oncomplete: resolve, onerror: reject, onabort: reject })
  })
