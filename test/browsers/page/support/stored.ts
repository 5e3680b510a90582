import type { ChatPage } from './chat-page.ts'

/** Everything that the browser stores for the site, and the address, as text. */
export const stored = ({ page }: ChatPage) =>
  page.evaluate(async () => {
    const result: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name))
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store)
        result.push(name, await settled(rows.getAllKeys()), await settled(rows.getAll()))
      }
      database.close()
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      result.push((await cache.keys()).map(({ url }) => url))
    }
    return JSON.stringify(result)
  })
