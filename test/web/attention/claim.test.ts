import { afterEach, expect, it, vi } from 'vitest'
import { claim } from '../../../web/attention/claim.ts'

/** The locks that the tabs of a browser share, as far as `claim` uses them. */
function fakeLocks() {
  const held = new Set<string>()
  return {
    async request(name: string, _: LockOptions, run: (lock: unknown) => Promise<void> | null) {
      if (held.has(name)) return run(null)
      held.add(name)
      await run({ name })
      held.delete(name)
    },
  }
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('one of the tabs that claim the same message announces it, and each message is announced', async () => {
  vi.useFakeTimers()
  vi.stubGlobal('navigator', { locks: fakeLocks() })
  const claims = Promise.all(['first', 'first', 'first', 'second'].map(claim))
  expect(await claims).toEqual([true, false, false, true])
  await vi.advanceTimersByTimeAsync(5000)
  expect(await claim('first')).toBe(false)
})

it('without Web Locks, or if they are refused, every tab announces a message', async () => {
  vi.stubGlobal('navigator', {})
  expect(await claim('first')).toBe(true)
  vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new Error('not allowed')) } })
  expect(await claim('first')).toBe(true)
})
