import type { Peer } from '../peer.ts'
import { textOf } from '../text.ts'
import { cpuPerText, range, type Scenario, timed, user } from './scenario.ts'

const PAIRS = 50
const TEXTS_PER_PERSON = 20

/** Each peer sends a text, waits for the acknowledgment, and then sends the next text. */
const sendAll = (peers: readonly Peer[], count: number) =>
  Promise.all(
    peers.map(async (peer) => {
      for (const index of range(count)) await peer.send(textOf(index))
    }),
  )

export const manyPairs: Scenario = {
  name: `${PAIRS} pairs at once`,
  rooms: Object.fromEntries(range(PAIRS).map((n) => [`pair${n}`, { users: [user(2 * n), user(2 * n + 1)] }])),
  async run(server) {
    const peers: Peer[] = []
    for (const n of range(2 * PAIRS)) peers.push(await server.connect(user(n), `pair${Math.floor(n / 2)}`))
    await sendAll(peers, 2)
    const texts = peers.length * TEXTS_PER_PERSON
    let seconds = 0
    const cpu = await cpuPerText(server, texts, async () => {
      const [ms = 0] = await timed(sendAll(peers, TEXTS_PER_PERSON))
      seconds = ms / 1000
    })
    const memoryMb = server.memoryMb()
    for (const peer of peers) peer.close()
    return { 'texts per second': texts / seconds, ...cpu, 'memory MB': memoryMb }
  },
}
