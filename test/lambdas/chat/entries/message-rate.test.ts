import { expect, it, vi } from 'vitest'
import { checkMessageRate, countMessage } from '../../../../lambdas/chat/entries/message-rate.ts'
import { newMemory } from '../../../../lambdas/memory.ts'
import { defaultRates } from '../../../../protocol/limits.ts'
import { noon } from '../../../support/mocked.ts'

const minute = 60_000

/** A container, and what it adds to the table. */
function aContainer(addSent = async (_user: string, costMs: number, now: number) => now + costMs) {
  const clock = { now: noon }
  const added = vi.fn(addSent)
  const report = vi.fn()
  const deps = {
    connections: { addSent: added },
    memory: newMemory(),
    rates: defaultRates,
    now: () => clock.now,
    report,
  }
  const send = async (count = 1) => {
    for (let n = 0; n < count; n++) {
      checkMessageRate(deps, 'ada')
      await countMessage(deps, 'ada')
    }
  }
  return { deps, clock, added, report, send }
}

it('[RATE-2] a user who writes slowly causes no call', async () => {
  const { clock, added, send } = aContainer()
  for (let n = 0; n < 100; n++) {
    await send()
    clock.now += 1200
  }
  expect(added).not.toHaveBeenCalled()
})

it('[RATE-2] every tenth message of a user who writes fast is one call', async () => {
  const { added, send } = aContainer()
  await send(29)
  expect(added.mock.calls).toEqual([
    ['ada', 1000, noon],
    ['ada', 1000, noon],
  ])
})

it('[RATE-2] a burst of a hundred messages is allowed, and then ten per second', async () => {
  const { clock, send } = aContainer()
  await send(100)
  await expect(send()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 100 })
  clock.now += 1000
  await send(10)
  await expect(send()).rejects.toMatchObject({ code: 'rate_limited' })
})

it('[RATE-2] a count that cannot be added is reported and added later', async () => {
  const addSent = async () => {
    throw new Error('down')
  }
  const { added, report, send } = aContainer(addSent)
  await send(10)
  expect(report).toHaveBeenCalledOnce()
  added.mockResolvedValue(0)
  await send()
  expect(added).toHaveBeenLastCalledWith('ada', 1100, noon)
})

it('[RATE-2] a count that is far ahead of the clock does not keep a user from sending at the long-term rate', async () => {
  const { clock, send } = aContainer(async () => noon + 60 * minute)
  await send(10)
  await expect(send()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 100 })
  clock.now += 100
  await send()
})
