import { pause } from '../../lambdas/async.ts'
import { percentile } from '../../verification/model/percentile.ts'
import type { Peer } from './peer.ts'
import type { Rooms, Server } from './systems.ts'

/** A measured value by its name, such as `p50 ms`. */
export type Figures = Readonly<Record<string, number>>

export interface Scenario {
  readonly name: string
  readonly rooms: Rooms
  run(server: Server): Promise<Figures>
}

const TEXT = 'm'.repeat(250)
/** Texts that are not measured, because a server is slower until its code is compiled. */
const WARM_UP = 20
const LATENCY_TEXTS = 100
const PAIRS = 50
const TEXTS_PER_PERSON = 20
const RECEIVERS = 99
const ROOM_TEXTS = 30

const user = (n: number) => `u${n}`
const range = (count: number) => Array.from({ length: count }, (_, n) => n)
const at = (values: readonly number[], share: number) => percentile(values, share)

/** Resolves once all of these peers have received the text. */
function received(peers: readonly Peer[], text: string): Promise<unknown> {
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

/** Milliseconds until each of these has settled. */
async function timed(...promises: readonly Promise<unknown>[]): Promise<readonly number[]> {
  const began = performance.now()
  return await Promise.all(promises.map((promise) => promise.then(() => performance.now() - began)))
}

/** The CPU time of the server for each text that `run` sends. */
async function cpuPer(server: Server, texts: number, run: () => Promise<unknown>): Promise<number> {
  const before = server.cpuMs()
  await run()
  return (server.cpuMs() - before) / texts
}

/** Each sends and waits for the acknowledgment, and then sends the next. */
const sendAll = (peers: readonly Peer[], count: number) =>
  Promise.all(
    peers.map(async (peer, n) => {
      for (const index of range(count)) await peer.send(`${n} ${index} ${TEXT}`)
    }),
  )

export const twoPeople: Scenario = {
  name: 'two people, one text at a time',
  rooms: { pair: [user(0), user(1)] },
  async run(server) {
    const peers = await Promise.all([0, 1].map((n) => server.connect(user(n), 'pair')))
    const acknowledged: number[] = []
    const delivered: number[] = []
    const cpuMs = await cpuPer(server, WARM_UP + LATENCY_TEXTS, async () => {
      for (const index of range(WARM_UP + LATENCY_TEXTS)) {
        const [sender, receiver] = (index % 2 ? peers.toReversed() : peers) as [Peer, Peer]
        const text = `${index} ${TEXT}`
        const seen = received([receiver], text)
        const [ackMs = 0, seenMs = 0] = await timed(sender.send(text), seen)
        if (index < WARM_UP) continue
        acknowledged.push(ackMs)
        delivered.push(seenMs)
      }
    })
    for (const peer of peers) peer.close()
    return {
      'acknowledged p50 ms': at(acknowledged, 0.5),
      'delivered p50 ms': at(delivered, 0.5),
      'delivered p99 ms': at(delivered, 0.99),
      'CPU ms per text': cpuMs,
    }
  },
}

export const manyPairs: Scenario = {
  name: `${PAIRS} pairs at once`,
  rooms: Object.fromEntries(range(PAIRS).map((n) => [`pair${n}`, [user(2 * n), user(2 * n + 1)]])),
  async run(server) {
    const peers: Peer[] = []
    for (const n of range(2 * PAIRS)) peers.push(await server.connect(user(n), `pair${Math.floor(n / 2)}`))
    await sendAll(peers, 2)
    const texts = peers.length * TEXTS_PER_PERSON
    let seconds = 0
    const cpuMs = await cpuPer(server, texts, async () => {
      const [ms = 0] = await timed(sendAll(peers, TEXTS_PER_PERSON))
      seconds = ms / 1000
    })
    for (const peer of peers) peer.close()
    return { 'texts per second': texts / seconds, 'CPU ms per text': cpuMs, 'memory MB': server.memoryMb() }
  },
}

const largeRoom: Scenario = {
  name: `one room with ${RECEIVERS} receivers`,
  rooms: { room: range(RECEIVERS + 1).map(user) },
  async run(server) {
    const peers: Peer[] = []
    for (const n of range(RECEIVERS + 1)) peers.push(await server.connect(user(n), 'room'))
    const toLast: number[] = []
    for (const index of range(WARM_UP + ROOM_TEXTS)) {
      const text = `${index} ${TEXT}`
      const seen = received(peers.slice(1), text)
      const [, ms = 0] = await timed((peers[0] as Peer).send(text), seen)
      if (index >= WARM_UP) toLast.push(ms)
      await pause(20)
    }
    for (const peer of peers) peer.close()
    return { 'last receiver p50 ms': at(toLast, 0.5), 'last receiver p99 ms': at(toLast, 0.99) }
  },
}

export const scenarios: readonly Scenario[] = [twoPeople, manyPairs, largeRoom]
