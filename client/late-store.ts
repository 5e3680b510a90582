import type { Store } from './core.ts'
import { source } from './readable.ts'

/** A store whose user is not known yet: it answers once `ready` has resolved. */
export function lateStore(ready: Promise<Store>): Store {
  const kind = source<'durable' | 'memory'>('durable')
  void ready.then((store) => {
    const follow = () => kind.set(store.kind.getSnapshot())
    store.kind.subscribe(follow)
    follow()
  })
  return {
    kind,
    get: async (key) => (await ready).get(key),
    set: async (key, value) => (await ready).set(key, value),
    delete: async (key) => (await ready).delete(key),
    list: async (prefix) => (await ready).list(prefix),
    clear: async () => (await ready).clear(),
  }
}
