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
  }
}
