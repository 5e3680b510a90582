import type { Peer } from '../peer.ts'
import { textOf } from '../text.ts'
import { range, received, timed, WARM_UP } from './scenario.ts'

export const LATENCY_TEXTS = 100

/** For each text, the milliseconds until its sender had the acknowledgment, and until its receiver had the text. */
export interface Latency {
  readonly acknowledged: number[]
  readonly delivered: number[]
}

/** Measures two people in each room, who send in turn, one text at a time. The rooms take turns as well. */
export async function latencyIn(
  rooms: readonly (readonly Peer[])[],
  { warmUp = WARM_UP, texts = LATENCY_TEXTS } = {},
): Promise<readonly Latency[]> {
  const latencies = rooms.map((): Latency => ({ acknowledged: [], delivered: [] }))
  for (const index of range(warmUp + texts)) {
    for (const [room, peers] of rooms.entries()) {
      const [sender, receiver] = (index % 2 ? peers.toReversed() : peers) as [Peer, Peer]
      const text = textOf(index)
      const seen = received([receiver], text)
      const [ackMs = 0, seenMs = 0] = await timed(sender.send(text), seen)
      if (index < warmUp) continue
      latencies[room]?.acknowledged.push(ackMs)
      latencies[room]?.delivered.push(seenMs)
    }
  }
  return latencies
}
