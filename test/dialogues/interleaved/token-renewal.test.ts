import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../lambdas/chat/connections/authenticate.ts'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { aPair, joined } from '../../support/chat.ts'
import { frameOn } from '../../support/frames.ts'
import { down, rig, runBefore } from '../../support/interleave.ts'
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
