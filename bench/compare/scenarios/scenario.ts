import { concurrently } from '../../../lambdas/async.ts'
import { percentile } from '../../../verification/model/percentile.ts'
import type { Peer } from '../peer.ts'
import type { Rooms, Server, System } from '../systems.ts'

/** A measured value by its name, such as `p50 ms`. */
export type Figures = Readonly<Record<string, number>>

export interface Scenario {
  readonly name: string
  readonly rooms: Rooms
  /** @default - every system */
  readonly isFor?: (system: System) => boolean
  run(server: Server): Promise<Figures>
}

/** Texts that are not measured, because a server is slower until its code is compiled. */
export const WARM_UP = 20

export const user = (n: number) => `u${n}`
export const range = (count: number) => Array.from({ length: count }, (_, n) => n)
export const count = (n: number) => n.toLocaleString('en')
export const p50 = (values: readonly number[]) => percentile(values, 0.5)
export const p99 = (values: readonly number[]) => percentile(values, 0.99)

/** Connects these users one after the other. */
export async function connectAll(
  server: Server,
  users: readonly string[],
  room?: string,
): Promise<readonly Peer[]> {
  const peers: Peer[] = []
  await concurrently(users, 1, async (one) => void peers.push(await server.connect(one, room)))
  return peers
}

/** Resolves once all of these peers have received the text. */
export function received(peers: readonly Peer[], text: string): Promise<unknown> {
  return Promise.all(
    peers.map(
      (peer) =>
        new Promise<void>((resolve) => {
          const stop = peer.onText((other) => {
            if (other !== text) return
            stop()
            resolve()
          })
        }),
    ),
  )
}

/** Milliseconds until each of these promises has settled. */
export async function timed(...promises: readonly Promise<unknown>[]): Promise<readonly number[]> {
  const began = performance.now()
  return await Promise.all(promises.map((promise) => promise.then(() => performance.now() - began)))
}

/** The CPU time of the server for each text that `run` sends. Only this chat also uses a child process, its engine. */
export async function cpuPerText(
  server: Server,
  texts: number,
  run: () => Promise<unknown>,
): Promise<Figures> {
  const before = server.cpuMs()
  await run()
  const after = server.cpuMs()
  const mainThread = (after.mainThread - before.mainThread) / texts
  const otherThreads = (after.otherThreads - before.otherThreads) / texts
  const children = (after.children - before.children) / texts
  return {
    'CPU ms per text': mainThread + otherThreads + children,
    ...(children > 0 && {
      'of the main thread': mainThread,
      'of other threads': otherThreads,
      'of child processes': children,
    }),
  }
}
