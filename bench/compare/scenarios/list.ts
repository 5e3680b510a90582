import type { Peer } from '../peer.ts'
import { thisChat } from '../systems.ts'
import { pageTimes } from './pages.ts'
import { p50, range, type Scenario, timed } from './scenario.ts'

const SIZES = [10, 500]

const reader = (size: number) => `reader${size}`
const other = (n: number) => `other${n}`
const listOf = (peer: Peer) => peer.list?.() ?? Promise.reject(new Error('no list'))

/**
 * Every conversation was active within the same hour, so that the rows of the list alone do not say which conversation
 * was active last.
 */
export const list: Scenario = {
  name: `a list of ${SIZES.join(' and ')} conversations`,
  rooms: Object.fromEntries(
    SIZES.flatMap((size) =>
      range(size).map((n) => [`${reader(size)}-${n}`, { users: [reader(size), other(n)], texts: 1 }]),
    ),
  ),
  isFor: (system) => system === thisChat,
  async run(server) {
    const peers: Peer[] = []
    for (const size of SIZES) peers.push(await server.connect(reader(size)))
    // Reading a first page stores notes that spare later pages some reads, so the warm-up reads the list of another
    // user.
    const warmUp = await server.connect(other(0))
    await pageTimes([() => listOf(warmUp)])
    const first: number[] = []
    for (const peer of peers) first.push(...(await timed(listOf(peer))))
    const later = await pageTimes(peers.map((peer) => () => listOf(peer)))
    const memoryMb = server.memoryMb()
    for (const peer of [...peers, warmUp]) peer.close()
    return {
      ...Object.fromEntries(SIZES.map((size, n) => [`first page ms with ${size}`, first[n] ?? Number.NaN])),
      ...Object.fromEntries(SIZES.map((size, n) => [`later page p50 ms with ${size}`, p50(later[n] ?? [])])),
      'memory MB': memoryMb,
    }
  },
}
