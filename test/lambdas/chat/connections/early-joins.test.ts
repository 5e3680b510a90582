import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { requireAuthenticated } from '../../../../lambdas/chat/connections/waiting.ts'
import { aMockedChat, noon } from '../../../support/mocked.ts'

beforeEach(() => void vi.useFakeTimers({ now: noon }))
afterEach(() => void vi.useRealTimers())

/** How a join ends whose connection authenticates after some time, and how long it has waited. */
async function joinOf(authenticatedAfterMs: number) {
  const { deps } = aMockedChat()
  const register = {
    ...deps.register,
    startWaiting: async () => true,
    find: async () => {
      const waiting = { id: 'a1', openedAt: noon, tokenExpiresAt: 0 }
      return Date.now() - noon < authenticatedAfterMs ? waiting : { ...waiting, user: 'ada' }
    },
  }
  const source = { connection: 'a1', connectedAt: noon, receivedAt: noon }
  const join = { type: 'join_conversation', conversation_id: 'c' } as const
  const ended = requireAuthenticated({ ...deps, register }, source, join).then(
    () => ({ outcome: 'admitted', waitedMs: Date.now() - noon }),
    ({ code }) => ({ outcome: code, waitedMs: Date.now() - noon }),
  )
  await vi.runAllTimersAsync()
  return await ended
}

describe('a join before the connection has authenticated', () => {
  it('[JOIN-7] waits for no longer than half a second', async () => {
    expect(await joinOf(Number.POSITIVE_INFINITY)).toEqual({ outcome: 'unauthorized', waitedMs: 500 })
  })

  it('[JOIN-7] is admitted soon after the connection has authenticated', async () => {
    expect(await joinOf(420)).toEqual({ outcome: 'admitted', waitedMs: 450 })
  })
})
