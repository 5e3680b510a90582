import { expect, it } from 'vitest'
import { latestSeqs } from '../../../../lambdas/chat/connections/latest-seqs.ts'
import type { MessageDeps } from '../../../../lambdas/chat/deps.ts'
import { newMemory } from '../../../../lambdas/memory.ts'
import { noon } from '../../../support/mocked.ts'

const hour = 3_600_000

it('[RETAIN-1] a pong has the first seq of a conversation whose id is a name that objects inherit', async () => {
  const id = '__proto__'
  const connection = {
    user: 'ada',
    joined: new Set([id]),
    tokenExpiresAt: noon + hour,
    heardAt: noon,
    openedAt: noon,
  }
  const since = new Date(noon).toISOString()
  const deps = {
    connections: { admit: async () => ({ outcome: 'admitted', connection }), charge: async () => 0 },
    conversations: {
      tail: async () => ({ last: { seq: 5 } }),
      participatingIn: async () => new Set([id]),
      starts: async () => new Map([[id, { start: { seq: 3, since }, createdAt: since }]]),
    },
    log: { whichContinue: async () => [] },
    features: { presence: false },
    memory: newMemory(),
    now: () => noon,
    rates: {},
    retentionMs: 24 * hour,
  } as unknown as MessageDeps
  const pong = await latestSeqs(deps, { connection: 'c', connectedAt: noon, receivedAt: noon })
  expect(JSON.stringify(pong)).toBe('{"heads":{"__proto__":5},"first_seq":{"__proto__":3}}')
})
