import { pause } from '../../../lambdas/async.ts'
import type { Peer } from '../peer.ts'
import { type Server, thisChat } from '../systems.ts'
import { textOf } from '../text.ts'
import { connectAll, p50, p99, range, received, type Scenario, timed, user, WARM_UP } from './scenario.ts'

const SMALL = 25
const LARGE = 100
const TEXTS = 30
const DEVICES = 10
const DEVICES_TEXTS = 10

const small = range(SMALL).map(user)
const large = range(LARGE).map((n) => user(SMALL + n))

/** Connects every user once before it connects any user again, so that few connections receive the others' presence. */
async function join(
  server: Server,
  room: string,
  users: readonly string[],
  devices: number,
): Promise<readonly Peer[]> {
  const peers: Peer[] = []
  for (const _ of range(devices)) peers.push(...(await connectAll(server, users, room)))
  return peers
}

/**
 * The first peer of each room sends. For each room, the milliseconds until the last of the other peers has each text.
 */
async function timesToLast(
  rooms: readonly (readonly Peer[])[],
  { warmUp, texts }: { readonly warmUp: number; readonly texts: number },
): Promise<readonly (readonly number[])[]> {
  const times = rooms.map((): number[] => [])
  for (const index of range(warmUp + texts)) {
    for (const [room, [sender, ...receivers]] of rooms.entries()) {
      const text = textOf(index)
      const seen = received(receivers, text)
      const [, ms = 0] = await timed((sender as Peer).send(text), seen)
      if (index >= warmUp) times[room]?.push(ms)
      await pause(20)
    }
  }
  return times
}

export const largeRooms: Scenario = {
  name: `rooms with ${SMALL - 1} and ${LARGE - 1} receivers`,
  rooms: { small: { users: small }, large: { users: large } },
  async run(server) {
    const rooms = [await join(server, 'small', small, 1), await join(server, 'large', large, 1)]
    const [toSmall = [], toLarge = []] = await timesToLast(rooms, { warmUp: WARM_UP, texts: TEXTS })
    const memoryMb = server.memoryMb()
    for (const peer of rooms.flat()) peer.close()
    return {
      [`last of ${SMALL - 1} p50 ms`]: p50(toSmall),
      [`last of ${LARGE - 1} p50 ms`]: p50(toLarge),
      [`last of ${LARGE - 1} p99 ms`]: p99(toLarge),
      'ms per receiver': (p50(toLarge) - p50(toSmall)) / (LARGE - SMALL),
      'memory MB': memoryMb,
    }
  },
}

export const manyDevices: Scenario = {
  name: `a room of ${LARGE} with ${DEVICES} connections each`,
  rooms: { room: { users: large } },
  isFor: (system) => system === thisChat,
  async run(server) {
    const peers = await join(server, 'room', large, DEVICES)
    const [times = []] = await timesToLast([peers], { warmUp: 2, texts: DEVICES_TEXTS })
    const memoryMb = server.memoryMb()
    for (const peer of peers) peer.close()
    const last = `last of ${LARGE * DEVICES - 1}`
    return {
      [`${last} p50 ms`]: p50(times),
      [`${last} longest ms`]: Math.max(...times),
      'memory MB': memoryMb,
    }
  },
}
