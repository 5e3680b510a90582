import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { requireAuthenticated } from '../../../lambdas/chat/connections/waiting.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import { anAdmin } from '../../support/chat.ts'
import { rig, runBefore } from '../../support/interleave.ts'

const join = { type: 'join_conversation', conversation_id: 'c' } as const

/** A connection that has opened; its frames are received after some time. */
async function aConnection({ address = '192.0.2.9', memory = newMemory } = {}) {
  const { deps } = rig()
  const [connection, connectedAt] = [`${randomBytes(11).toString('base64url')}=`, Date.now()]
  const ref = { id: connection, openedAt: connectedAt }
  await deps.register.add(ref, address)
  return {
    deps,
    ref,
    /** Handles a frame, in a new container unless it has a memory. */
    handle: (frame: Parameters<typeof requireAuthenticated>[2], afterMs = 10) => {
      const source = { connection, connectedAt, receivedAt: connectedAt + afterMs }
      return requireAuthenticated({ ...deps, memory: memory() }, source, frame)
    },
    authenticate: async () => {
      const { id: user } = await anAdmin()
      const bound = { id: connection, user, since: connectedAt, tokenExpiresAt: connectedAt + 60_000 }
      expect(await deps.authentication.bind(bound, connectedAt, 0)).toBe(true)
    },
  }
}

const unauthorized = { code: 'unauthorized' }

describe('a join before the connection has authenticated', () => {
  it('[JOIN-7] waits for the authentication', async () => {
    const { deps, ref, handle, authenticate } = await aConnection()
    runBefore(deps, 'register', 'find', authenticate, 3)
    await expect(handle(join)).resolves.toBeUndefined()
    expect(await deps.register.find(ref)).not.toHaveProperty('address')
  })

  it('[JOIN-7] is refused if the connection does not authenticate; the next one is refused at once', async () => {
    const { deps, handle } = await aConnection()
    await expect(handle(join)).rejects.toMatchObject(unauthorized)
    let reads = 0
    runBefore(deps, 'register', 'find', async () => void reads++, 1)
    runBefore(deps, 'register', 'find', async () => void reads++, 2)
    await expect(handle(join)).rejects.toMatchObject(unauthorized)
    expect(reads).toBe(1)
  })

  it('[JOIN-7] is refused at once if ten others of its address have waited in vain within a minute', async () => {
    const shared = newMemory()
    const memory = () => shared
    const strangers = await Promise.all(
      Array.from({ length: 10 }, () => aConnection({ address: '192.0.2.1', memory })),
    )
    await Promise.all(strangers.map(({ handle }) => expect(handle(join)).rejects.toMatchObject(unauthorized)))
    const attempt = async (address: string) => {
      const { deps, handle, authenticate } = await aConnection({ address, memory })
      runBefore(deps, 'register', 'find', authenticate, 3)
      return handle(join)
    }
    await expect(attempt('192.0.2.1')).rejects.toMatchObject(unauthorized)
    await expect(attempt('192.0.2.2')).resolves.toBeUndefined()
    const minuteAgo = Date.now() - 61_000
    shared.failedWaits.set('192.0.2.1', Array(10).fill(minuteAgo))
    await expect(attempt('192.0.2.1')).resolves.toBeUndefined()
  })

  it('[JOIN-7] is refused at once two seconds after the opening, as is any other frame', async () => {
    const { deps, handle, authenticate } = await aConnection()
    // A frame that waited would find the connection authenticated.
    runBefore(deps, 'register', 'find', authenticate, 3)
    await expect(handle(join, 2001)).rejects.toMatchObject(unauthorized)
    await expect(handle({ type: 'ping' })).rejects.toMatchObject(unauthorized)
  })
})
