import { randomBytes } from 'node:crypto'
import type { Deps } from '../../lambdas/chat/deps.ts'
import { defaultRates } from '../../protocol/limits.ts'
import { aGroup } from './chat.ts'
import { testKey } from './constants.ts'
import type { Frame } from './socket.ts'
import { openStores, quiet } from './stores.ts'

type Method = (...args: readonly unknown[]) => Promise<unknown>
type StoreName = Exclude<keyof ReturnType<typeof openStores>, 'db' | 'tables' | 'authenticate'>

/** The rules on the stores of the running chat, for tests that interleave calls. Posts are recorded, not sent. */
export function rig() {
  const posts: { readonly to: string; readonly frame: Frame }[] = []
  const reported: unknown[] = []
  const deps: Deps = {
    ...openStores(),
    ...quiet,
    secrets: { current: async () => [testKey] },
    report: (error) => reported.push(error),
    rates: defaultRates,
    newId: anId,
    poster: {
      post: async (to, frame) => {
        posts.push({ to, frame: JSON.parse(frame) })
        return 'delivered'
      },
      close: async () => undefined,
    },
  }
  return {
    deps,
    posts,
    /** Errors that clients did not receive. */
    reported,
    /** The types of the frames that were posted to a connection. */
    to: ({ connectionId }: { readonly connectionId: string }) =>
      posts.filter((post) => post.to === connectionId).map(({ frame }) => frame['type']),
  }
}

/** A new id of a conversation or an invitation. */
export const anId = () => randomBytes(17).toString('base64url').slice(0, 22)

/** Runs `first` once, before the given call of a store's method. */
export function meanwhile<S extends StoreName>(
  deps: Deps,
  store: S,
  method: keyof Deps[S] & string,
  first: () => Promise<unknown>,
  call = 1,
): void {
  let calls = 0
  wrap(deps, store, method, (real) => async (...args) => {
    if (++calls === call) await first()
    return await real(...args)
  })
}

/** Makes every call of a store's method twice, as an SDK client does whose first answer was lost. */
export function twice<S extends StoreName>(deps: Deps, store: S, method: keyof Deps[S] & string): void {
  wrap(deps, store, method, (real) => async (...args) => {
    await real(...args)
    return await real(...args)
  })
}

function wrap(deps: Deps, store: StoreName, name: string, around: (real: Method) => Method): void {
  // Each rig has its own stores.
  const methods = deps[store] as unknown as Record<string, Method>
  const real = methods[name]
  if (!real) throw new Error(`${store} has no ${name}`)
  methods[name] = around(real)
}

/** Fails like a database that is down. */
export async function down(): Promise<never> {
  throw Object.assign(new Error('down'), { name: 'InternalServerError' })
}

/** A group created by ada, which bob and cyd joined at seq 1 and 2. */
export async function aTrio() {
  const { creator: ada, others, group } = await aGroup(['ada', 'bob', 'cyd'])
  const [bob, cyd] = others
  if (!bob || !cyd) throw new Error('a group of three')
  return { ada, bob, cyd, group }
}
