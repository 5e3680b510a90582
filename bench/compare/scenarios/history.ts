import type { Peer } from '../peer.ts'
import { latencyIn } from './latency.ts'
import { pageTimes } from './pages.ts'
import { connectAll, count, p50, type Scenario, user } from './scenario.ts'

const SHORT = 10
const LONG = 10_000

const inShort = [0, 1].map(user)
const inLong = [2, 3].map(user)

export const history: Scenario = {
  name: `two people with ${SHORT} and ${count(LONG)} texts in their history`,
  rooms: { short: { users: inShort, texts: SHORT }, long: { users: inLong, texts: LONG } },
  isFor: ({ keeps }) => keeps === 'everything',
  async run(server) {
    const rooms = [await connectAll(server, inShort, 'short'), await connectAll(server, inLong, 'long')]
    const readers = rooms.map(
      ([peer]) =>
        () =>
          (peer as Peer).history?.() ?? Promise.reject(new Error('no history')),
    )
    const [shortPages = [], longPages = []] = await pageTimes(readers)
    const [short, long] = await latencyIn(rooms)
    const memoryMb = server.memoryMb()
    for (const peer of rooms.flat()) peer.close()
    return {
      [`delivered p50 ms with ${SHORT}`]: p50(short?.delivered ?? []),
      [`delivered p50 ms with ${count(LONG)}`]: p50(long?.delivered ?? []),
      [`page of ten p50 ms with ${SHORT}`]: p50(shortPages),
      [`page of ten p50 ms with ${count(LONG)}`]: p50(longPages),
      'memory MB': memoryMb,
    }
  },
}
