import { expect, it, vi } from 'vitest'
import {
  type ConcurrencyOptions,
  createConcurrency,
  type Urgency,
} from '../../../../local/aws/lambda/concurrency.ts'

/** Invocations that start when admitted and end when the test ends them. */
function someInvocations(options: ConcurrencyOptions) {
  const concurrency = createConcurrency(options)
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const settled = () => new Promise(setImmediate)
  return {
    started,
    async start(name: string, urgency: Urgency = 'client') {
      void concurrency.enter(urgency).then((leave) => {
        started.push(name)
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

it('runs as many invocations as the cores can handle; the rest queue', async () => {
  const { start, end, started } = someInvocations({ baseline: 2, hasIdleCore: () => false })
  for (const name of ['a', 'b', 'c', 'd']) await start(name)
  expect(started).toEqual(['a', 'b'])
  await end('b')
  expect(started).toEqual(['a', 'b', 'c'])
})

it('runs connected clients before handshakes, and both before background work', async () => {
  const { start, end, started } = someInvocations({ baseline: 1, hasIdleCore: () => false })
  await start('first')
  await start('disconnect', 'background')
  await start('connect', 'handshake')
  await start('frame', 'client')
  for (const name of ['first', 'frame', 'connect']) await end(name)
  expect(started).toEqual(['first', 'frame', 'connect', 'disconnect'])
})

it.each([
  ['handshake', 4],
  ['background', 16],
] as const)('starts one %s invocation in %i, however many clients there are', async (urgency, share) => {
  const { start, end, started } = someInvocations({ baseline: 1, hasIdleCore: () => false })
  const names = Array.from({ length: 20 }, (_, at) => `frame ${at}`)
  for (const name of names) await start(name)
  await start('other', urgency)
  for (const name of names.slice(0, share)) await end(name)
  expect(started).toContain('other')
})

it('starts another invocation while a core is idle, up to the maximum', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const { start, started } = someInvocations({ baseline: 1, maximum: 2, hasIdleCore: () => true })
    for (const name of ['hanging', 'b', 'c']) await start(name)
    expect(started).toEqual(['hanging'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(started).toEqual(['hanging', 'b'])
  } finally {
    vi.useRealTimers()
  }
})

it('starts no other invocation while all cores are busy', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const { start, started } = someInvocations({ baseline: 1, hasIdleCore: () => false })
    for (const name of ['working', 'b']) await start(name)
    await vi.advanceTimersByTimeAsync(1000)
    expect(started).toEqual(['working'])
  } finally {
    vi.useRealTimers()
  }
})
