import type { Store } from './core.ts'
import { source } from './readable.ts'

/** A store whose user is not known yet: it answers once it was opened. */
export function lateStore(): Store & { open(store: Store): void } {
  const kind = source<'durable' | 'memory'>('durable')
  let resolve: (store: Store) => void
  const ready = new Promise<Store>((resolveReady) => {
    resolve = resolveReady
  })
  const late =
    (name: 'get' | 'set' | 'delete' | 'list' | 'clear') =>
    async (...args: unknown[]) =>
      ((await ready)[name] as (...args: unknown[]) => Promise<never>)(...args)
  return {
    kind,
    get: late('get'),
    set: late('set'),
    delete: late('delete'),
    list: late('list'),
    clear: late('clear'),
    open(store) {
      const follow = () => kind.set(store.kind.getSnapshot())
      store.kind.subscribe(follow)
      follow()
      resolve(store)
    },
  }
}
