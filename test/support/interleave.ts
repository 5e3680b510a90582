import { randomBytes } from 'node:crypto'
import type { Deps } from '../../lambdas/chat/deps.ts'
import { newMemory } from '../../lambdas/memory.ts'
import { defaultRates } from '../../protocol/limits.ts'
import { testKey } from './constants.ts'
import type { Frame } from './socket.ts'
import { openStores, quiet } from './stores.ts'

type Method = (...args: readonly unknown[]) => Promise<unknown>
type StoreName = Exclude<keyof ReturnType<typeof openStores>, 'db' | 'tables' | 'authenticate'>

/** The chat rules in this process, on the stores of the running chat; posts are recorded and not delivered. */
export function rig() {
  const posts: { readonly to: string; readonly frame: Frame }[] = []
  const reported: unknown[] = []
  const deps: Deps = {
    ...openStores(),
    ...quiet,
    secrets: { current: async () => [testKey] },
    report: (error) => reported.push(error),
    memory: newMemory(),
    rates: defaultRates,
    newId: anId,
    poster: {
      post: async (to, frame) => {
        posts.push({ to, frame: JSON.parse(frame) })
        return 'delivered'
      },
      close: async () => undefined,
      exists: async () => true,
    },
  }
  return {
    deps,
    /** Errors that were logged and not returned to a client. */
    reported,
    /** The types of the frames posted to a connection. */
    postedTo: ({ connectionId }: { readonly connectionId: string }) =>
      posts.filter((post) => post.to === connectionId).map(({ frame }) => frame['type']),
  }
}

/** A new id of a conversation or an invitation. */
export const anId = () => randomBytes(17).toString('base64url').slice(0, 22)

/**
 * Runs `action` once, right before the first call to a store's method, or the one with the given number. The rules do
 * not notice how long it takes, so that it exhausts no patience on a slow machine.
 */
export function runBefore<S extends StoreName>(
  deps: Deps,
  store: S,
  method: keyof Deps[S] & string,
  action: () => Promise<unknown>,
  call = 1,
): void {
  let calls = 0
  wrap(deps, store, method, (real) => async (...args) => {
    if (++calls === call) {
      const { now } = deps
      const began = performance.now()
      await action()
      const took = Math.ceil(performance.now() - began)
      Object.assign(deps, { now: () => now() - took })
    }
    return await real(...args)
  })
}

/** Makes each call to a store's method twice, like an SDK client whose first answer was lost. */
export function repeatEach<S extends StoreName>(deps: Deps, store: S, method: keyof Deps[S] & string): void {
  wrap(deps, store, method, (real) => async (...args) => {
    await real(...args)
    return await real(...args)
  })
}

function wrap(deps: Deps, store: StoreName, name: string, around: (real: Method) => Method): void {
  // Each rig has its own store objects, so that other tests are not affected.
  const methods = deps[store] as unknown as Record<string, Method>
  const real = methods[name]
  if (!real) throw new Error(`${store} has no method ${name}`)
  methods[name] = around(real)
}

/** Fails as if the database were unavailable. */
export async function down(): Promise<never> {
  throw Object.assign(new Error('down'), { name: 'InternalServerError' })
}
