import { expect, it, vi } from 'vitest'
import {
  type ConcurrencyOptions,
  createConcurrency,
  type Urgency,
} from '../../../../local/aws/lambda/concurrency.ts'

/** Invocations that begin when they may and end when the test says so. */
function someInvocations(options: ConcurrencyOptions) {
  const concurrency = createConcurrency(options)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const settled = () => new Promise(setImmediate)
  return {
    begun,
    async begin(name: string, urgency: Urgency = 'client') {
      void concurrency.enter(urgency).then((leave) => {
        begun.push(name)
        ends.set(name, leave)
      })
      await settled()
    },
    async end(name: string) {
      ends.get(name)?.()
      await settled()
    },
  }
}

it('runs what the cores can carry at once; the rest waits its turn', async () => {
  const { begin, end, begun } = someInvocations({ baseline: 2, hasIdleCore: () => false })
  for (const name of ['a', 'b', 'c', 'd']) await begin(name)
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
})

it('lets clients who are connected go before those who want to be, and both before work for which nobody waits', async () => {
  const { begin, end, begun } = someInvocations({ baseline: 1, hasIdleCore: () => false })
  await begin('first')
  await begin('disconnect', 'background')
  await begin('connect', 'handshake')
  await begin('frame', 'client')
  for (const name of ['first', 'frame', 'connect']) await end(name)
  expect(begun).toEqual(['first', 'frame', 'connect', 'disconnect'])
})

it.each([
  ['four be a handshake', 4, 'handshake'],
  ['sixteen be of those for whom nobody waits', 16, 'background'],
] as const)('lets one in %s, however many clients there are', async (_what, share, urgency) => {
  const { begin, end, begun } = someInvocations({ baseline: 1, hasIdleCore: () => false })
  const names = Array.from({ length: 20 }, (_, at) => `frame ${at}`)
  for (const name of names) await begin(name)
  await begin('other', urgency)
  for (const name of names.slice(0, share)) await end(name)
  expect(begun).toContain('other')
})

it('lets another run for whoever has waited while a core is idle, up to the maximum', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const { begin, begun } = someInvocations({ baseline: 1, maximum: 2, hasIdleCore: () => true })
    for (const name of ['hanging', 'b', 'c']) await begin(name)
    expect(begun).toEqual(['hanging'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(begun).toEqual(['hanging', 'b'])
  } finally {
    vi.useRealTimers()
  }
})

it('lets no other run while all cores are busy', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const { begin, begun } = someInvocations({ baseline: 1, hasIdleCore: () => false })
    for (const name of ['working', 'b']) await begin(name)
    await vi.advanceTimersByTimeAsync(1000)
    expect(begun).toEqual(['working'])
  } finally {
    vi.useRealTimers()
  }
})
