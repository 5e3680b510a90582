import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { checkMessageRate, countMessage } from '../../../lambdas/chat/entries/message-rate.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { noon } from '../../support/mocked.ts'
import { openStores, quiet } from '../../support/stores.ts'

const { connections } = openStores()

/** A user, and containers whose clocks are ahead of the time by so many milliseconds. */
function aUserOf(...aheadMs: readonly number[]) {
  const user = randomBytes(9).toString('base64url')
  const time = { now: noon }
  const containers = aheadMs.map((ms) => {
    const { rates, report } = { rates: defaultRates, report: quiet.report }
    return { connections, rates, report, memory: newMemory(), now: () => time.now + ms }
  })
  /** Sends messages over the containers in turn, and resolves with the number of those that are stored. */
  async function send(count: number): Promise<number> {
    let stored = 0
    for (let n = 0; n < count; n++) {
      const deps = containers[n % containers.length] as (typeof containers)[number]
      try {
        checkMessageRate(deps, user)
      } catch {
        continue
      }
      await countMessage(deps, user)
      stored++
    }
    return stored
  }
  return { time, send }
}

it('[RATE-2] containers whose clocks are 20 s apart refuse no message of a burst', async () => {
  const { send } = aUserOf(20_000, 0)
  expect(await send(90)).toBe(90)
})

it('[RATE-2] containers whose clocks are 20 s apart allow about a burst, and then the long-term rate', async () => {
  const { time, send } = aUserOf(20_000, 0, -20_000)
  const burst = await send(300)
  expect(burst).toBeGreaterThanOrEqual(100)
  expect(burst).toBeLessThanOrEqual(100 + 3 * 10)
  time.now += 5000
  const later = await send(300)
  expect(later).toBeGreaterThanOrEqual(40)
  expect(later).toBeLessThanOrEqual(50 + 3 * 10)
})

it('[RATE-2] a user who has been quiet has a whole burst again', async () => {
  const { time, send } = aUserOf(20_000, 0)
  await send(200)
  time.now += 60_000
  expect(await send(90)).toBe(90)
})
