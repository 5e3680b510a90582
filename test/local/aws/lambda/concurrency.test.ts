import { describe, expect, it, vi } from 'vitest'
import {
  type Concurrency,
  limitedConcurrency,
  type QueuedConcurrencyOptions,
  queuedConcurrency,
} from '../../../../local/aws/lambda/concurrency.ts'
import { ThrottledError } from '../../../../local/aws/lambda/invoke.ts'

/** Invocations that start when admitted and end when the test ends them. */
function someInvocations(concurrency: Concurrency) {
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const settled = () => new Promise(setImmediate)
  return {
    started,
    async start(name: string) {
      void concurrency.enter().then((leave) => {
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

const queued = (options: QueuedConcurrencyOptions) => someInvocations(queuedConcurrency(options))

describe('a limited concurrency', () => {
  it('[OPS-8] refuses an invocation while as many as allowed are running, and counts it', async () => {
    const onRefused = vi.fn()
    const concurrency = limitedConcurrency(2, onRefused)
    const [leave] = [await concurrency.enter(), await concurrency.enter()]
    await expect(concurrency.enter()).rejects.toBeInstanceOf(ThrottledError)
    await expect(concurrency.enter()).rejects.toThrow('TooManyRequestsException')
    expect(onRefused).toHaveBeenCalledTimes(2)
    leave()
    await concurrency.enter()
    await expect(concurrency.enter()).rejects.toBeInstanceOf(ThrottledError)
  })
})

describe('a queued concurrency', () => {
  it('[OPS-8] runs as many invocations as the cores can handle; the others start in the order in which they arrived', async () => {
    const { start, end, started } = queued({ baseline: 2, hasIdleCore: () => false })
    for (const name of ['a', 'b', 'c', 'd']) await start(name)
    expect(started).toEqual(['a', 'b'])
    await end('b')
    await end('a')
    expect(started).toEqual(['a', 'b', 'c', 'd'])
  })

  it('[OPS-8] refuses an invocation while the first one in the queue has waited for more than 5 s', async () => {
    let now = 0
    const concurrency = queuedConcurrency({ baseline: 1, hasIdleCore: () => false, now: () => now })
    const leave = await concurrency.enter()
    const waiting = concurrency.enter()
    now = 5000
    const last = concurrency.enter()
    now = 5001
    await expect(concurrency.enter()).rejects.toBeInstanceOf(ThrottledError)
    leave()
    const leaveToo = await waiting
    leaveToo()
    await last
    await expect(Promise.race([concurrency.enter(), 'waits'])).resolves.toBe('waits')
  })

  it('starts another invocation while a core is idle, up to the maximum', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { start, started } = queued({ baseline: 1, maximum: 2, hasIdleCore: () => true })
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
      const { start, started } = queued({ baseline: 1, hasIdleCore: () => false })
      for (const name of ['working', 'b']) await start(name)
      await vi.advanceTimersByTimeAsync(1000)
      expect(started).toEqual(['working'])
    } finally {
      vi.useRealTimers()
    }
  })
})
