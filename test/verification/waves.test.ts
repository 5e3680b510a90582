import { expect, it } from 'vitest'
import { createChat } from '../../client/index.ts'
import { Random } from '../../verification/model/random.ts'
import { clientWith } from '../../verification/simulator/mistaken-client.ts'
import { fakeServer } from '../client/support/fake-server.ts'
import { virtualClock } from '../client/support/virtual-clock.ts'

const CLIENTS = 100
const SLOT_MS = 100
const OBSERVED_MS = 6000
/** The first attempt of each client and the next one come within a second; the others have spread after two. */
const SPREAD_MS = 2000
/** A server that accepts so few handshakes that the last client needs many attempts. */
const ACCEPTED_IN_SLOT = 2

/** How many attempts began in each tenth of a second after all connections were cut. */
async function attemptsAfterCut(create: typeof createChat): Promise<readonly number[]> {
  const clock = virtualClock()
  const server = fakeServer(clock)
  const slotOf = (time: number) => Math.floor(time / SLOT_MS)
  const chats = Array.from({ length: CLIENTS }, (_, index) => {
    const random = new Random(index)
    return create({
      url: 'wss://chat.test',
      rest: 'https://chat.test',
      token: () => `x.${btoa(JSON.stringify({ user_id: 'ada' }))}.x`,
      clock,
      random: () => random.next(),
      WebSocket: server.WebSocket,
      fetch: () => Promise.reject(new Error('no network')),
    })
  })
  await clock.until(() => chats.every(({ state }) => state.getSnapshot().phase === 'online'))
  const cutAt = clock.now()
  const attempts = new Map<number, number>()
  Object.defineProperty(server.behavior, 'handshake', {
    get() {
      const slot = slotOf(clock.now() - cutAt)
      attempts.set(slot, (attempts.get(slot) ?? 0) + 1)
      return (attempts.get(slot) ?? 0) > ACCEPTED_IN_SLOT ? 'refuse' : 'open'
    },
  })
  for (const socket of server.open) socket.end(1006)
  await clock.advance(OBSERVED_MS)
  for (const chat of chats) chat.dispose()
  return Array.from({ length: slotOf(OBSERVED_MS) }, (_, slot) => attempts.get(slot) ?? 0)
}

/** The most attempts in a tenth of a second after the first wave. */
const nextWave = (attempts: readonly number[]) => Math.max(...attempts.slice(SPREAD_MS / SLOT_MS))

it('[CLIENT-3] the attempts of clients that are cut off at once come in one wave, which decays', async () => {
  const attempts = await attemptsAfterCut(createChat)
  expect(Math.max(...attempts)).toBeGreaterThan(CLIENTS / 8)
  expect(nextWave(attempts)).toBeLessThan(CLIENTS / 8)
})

it('the attempts of clients without jitter come in one wave after another', async () => {
  const withoutJitter = await clientWith({
    file: 'backoff.ts',
    changes: [['random() * Math.min(', 'Math.min(']],
  })
  expect(nextWave(await attemptsAfterCut(withoutJitter))).toBeGreaterThan(CLIENTS / 2)
})
