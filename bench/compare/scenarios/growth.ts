import { concurrently, pause } from '../../../lambdas/async.ts'
import type { Peer } from '../peer.ts'
import { type Latency, latencyIn } from './latency.ts'
import { connectAll, count, p50, p99, range, type Scenario, user } from './scenario.ts'

const FEW = 10
const MANY = 1_000
const CONNECTIONS_PER_USER = 10
/** How long to wait until the presence of the users who have connected is announced. */
const SETTLING_MS = 3_000

const pair = [0, 1].map(user)
/**
 * The other users only wait. They are in conversations of two: in one conversation of all users, the work for presence
 * would grow with the square of their number.
 */
const waitingUsers = range(MANY / CONNECTIONS_PER_USER).map((n) => user(pair.length + n))

export const growth: Scenario = {
  name: `two people beside ${FEW} and ${count(MANY)} connections`,
  rooms: {
    pair: { users: pair },
    ...Object.fromEntries(
      range(waitingUsers.length / 2).map((n) => [
        `waiting${n}`,
        { users: waitingUsers.slice(2 * n, 2 * n + 2) },
      ]),
    ),
  },
  async run(server) {
    const peers = await connectAll(server, pair, 'pair')
    const waiting: Peer[] = []
    const measureAmong = async (connections: number) => {
      const missing = range(connections - pair.length).slice(waiting.length)
      await concurrently(missing, 5, async (n) => {
        waiting.push(await server.connect(waitingUsers[Math.floor(n / CONNECTIONS_PER_USER)] as string))
      })
      await pause(SETTLING_MS)
      const [latency] = (await latencyIn([peers])) as [Latency]
      return { ...latency, memoryMb: server.memoryMb() }
    }
    // Warms up first. Otherwise, the second measurement would profit from more compiled code than the first.
    await latencyIn([peers], { warmUp: 60, texts: 0 })
    const few = await measureAmong(FEW)
    const many = await measureAmong(MANY)
    for (const peer of [...peers, ...waiting]) peer.close()
    return {
      [`delivered p50 ms with ${FEW}`]: p50(few.delivered),
      [`delivered p50 ms with ${count(MANY)}`]: p50(many.delivered),
      [`delivered p99 ms with ${FEW}`]: p99(few.delivered),
      [`delivered p99 ms with ${count(MANY)}`]: p99(many.delivered),
      [`memory MB with ${FEW}`]: few.memoryMb,
      [`memory MB with ${count(MANY)}`]: many.memoryMb,
    }
  },
}
