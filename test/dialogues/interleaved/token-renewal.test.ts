import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../lambdas/chat/connections/authenticate.ts'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { aPair, joined } from '../../support/chat.ts'
import { frameOn } from '../../support/frames.ts'
import { anId, down, rig, runBefore } from '../../support/interleave.ts'
import { openSocket } from '../../support/socket.ts'
import { seconds, tokenFor } from '../../support/tokens.ts'

describe('renewing a token', () => {
  it('[AUTH-6] applies to a conversation that the connection joins at the same time, even its first', async () => {
    const { ada, conversation } = await aPair()
    const { connectionId } = await ada.connect()
    const { deps } = rig()
    runBefore(deps, 'authentication', 'renew', () =>
      join(deps, frameOn(connectionId), conversation, undefined),
    )
    const exp = seconds() + 7200
    await authenticate(deps, frameOn(connectionId), tokenFor(ada.id, { exp }))
    const participant = await deps.conversations.participant(conversation, ada.id)
    expect(participant?.joined.get(connectionId)).toBe(exp * 1000)
  })

  it('[AUTH-6] completes a concurrent renewal that failed halfway', async () => {
    const { ada, conversation } = await aPair()
    const { connectionId } = await joined(ada, conversation)
    const { deps } = rig()
    const exp = seconds() + 7200
    const other = rig()
    runBefore(other.deps, 'subscriptions', 'renew', down)
    runBefore(deps, 'connections', 'find', async () => {
      const token = tokenFor(ada.id, { exp: exp + 1 })
      await expect(authenticate(other.deps, frameOn(connectionId), token)).rejects.toThrow('down')
    })
    await authenticate(deps, frameOn(connectionId), tokenFor(ada.id, { exp }))
    const participant = await deps.conversations.participant(conversation, ada.id)
    expect(participant?.joined.get(connectionId)).toBe((exp + 1) * 1000)
  })

  it('[AUTH-6] [AUTH-7] writes at most five of the joined conversations at a time', async () => {
    const { ada, conversation } = await aPair()
    const { connectionId } = await ada.connect()
    const { deps } = rig()
    const found = await deps.connections.find(connectionId)
    const many = new Set([conversation, ...Array.from({ length: 11 }, (_, n) => `unknown-${n}`)])
    const [renewed, writing]: [string[], Set<string>] = [[], new Set()]
    let most = 0
    const renew = async (id: string) => {
      writing.add(id)
      most = Math.max(most, writing.size)
      await new Promise((resolve) => setImmediate(resolve))
      writing.delete(id)
      renewed.push(id)
    }
    const find = async () => found && { ...found, joined: many }
    const admit = async () => ({
      outcome: 'admitted' as const,
      connection: { id: connectionId, openedAt: 0, heardAt: 0, ...found, tokenExpiresAt: 0, joined: many },
    })
    const wide = {
      ...deps,
      connections: { ...deps.connections, find, admit },
      subscriptions: { ...deps.subscriptions, renew },
    }
    await authenticate(wide, frameOn(connectionId), tokenFor(ada.id))
    expect(renewed.toSorted()).toEqual([...many].toSorted())
    expect(most).toBe(5)
  })
})

describe('refused tokens around the first authentication', () => {
  const refused = { type: 'authenticate', token: 'bad' }

  it('[AUTH-4] count even if they come before it', async () => {
    const { ada } = await aPair()
    const socket = await openSocket()
    for (const _ of [1, 2]) expect(await socket.ask(refused)).toMatchObject({ code: 'unauthorized' })
    expect(await socket.ask({ type: 'authenticate', token: ada.token })).toMatchObject({ success: true })
    expect(await socket.ask(refused)).toMatchObject({ code: 'unauthorized' })
    expect(await socket.closed).toBe(1000)
  })

  it('[AUTH-4] are refused like any other if they are parallel to it', async () => {
    const { ada } = await aPair()
    const { deps } = rig()
    const [connection, connectedAt] = [`${anId()}=`, Date.now()]
    const source = { connection, connectedAt, receivedAt: connectedAt }
    await deps.register.add({ id: connection, openedAt: connectedAt })
    runBefore(deps, 'register', 'countFailure', () => authenticate(rig().deps, source, ada.token))
    await expect(authenticate(deps, source, 'bad')).rejects.toMatchObject({
      code: 'unauthorized',
      closes: false,
    })
  })
})

it('[PRESENCE-2] an authentication that fails after the commit still queues the presence update', async () => {
  const { ada } = await aPair()
  const { connectionId } = await ada.connect()
  const { deps } = rig()
  const queued: unknown[] = []
  const tasks = { send: async (task: unknown) => void queued.push(task) }
  const offline = await deps.presence.find('unknown')
  // Answers after the other read has failed.
  const note = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return offline
  }
  runBefore(deps, 'connections', 'userConnections', down)
  const broken = { ...deps, tasks, presence: { ...deps.presence, note } }
  await expect(authenticate(broken, frameOn(connectionId), tokenFor(ada.id))).rejects.toThrow('down')
  expect(queued).toEqual([{ task: 'presence', user: ada.id }])
})
