import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pushRemaining, pushToUsers } from '../../../../lambdas/chat/push/push-to-users.ts'
import type { Delivery } from '../../../../lambdas/delivery/poster.ts'
import { aMockedChat, later, noon } from '../../../support/mocked.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const until = (expiry: number) => ({ since: 0, token_expires_at: expiry })
const channel = { pk: 'USER#bob', sk: 'CHANNEL', b1: until(later), b2: until(later), b3: until(noon) }
const push = { type: 'invitation_rejected' as const, invitation_id: 'i' }
const frame = JSON.stringify(push)

/** Bob on three connections, one of them with an expired token; what becomes of a post is what the test says. */
function bobsChat(outcomes: Readonly<Record<string, Promise<Delivery>>>) {
  const { deps, database, ...rest } = aMockedChat()
  database
    .on(BatchGetCommand)
    .resolves({ Responses: { connections: [channel] } })
    .on(GetCommand)
    .resolves({ Item: channel })
  const told: string[] = []
  const poster = {
    ...deps.poster,
    post: async (id: string): Promise<Delivery> => {
      told.push(id)
      return (await outcomes[id]) ?? 'delivered'
    },
  }
  return { ...rest, database, told, deps: { ...deps, poster } }
}

describe('a push to a user', () => {
  it('[PUSH-10] ends after 300 ms, and leaves who hangs and who is gone to the worker', async () => {
    const hanging = new Promise<Delivery>(() => undefined)
    const { deps, sent, told } = bobsChat({ b1: hanging, b2: Promise.resolve('gone') })
    const done = pushToUsers(deps, [{ user: 'bob', push }])
    await vi.advanceTimersByTimeAsync(300)
    await done
    expect(told).toEqual(['b1', 'b2'])
    expect(sent).toEqual([{ task: 'push', user: 'bob', connections: ['b1', 'b2'], frame }])
  })

  it('F32 fails nothing where a batch is left unprocessed for good', async () => {
    const { deps, database, reported, sent } = bobsChat({})
    database.on(BatchGetCommand).resolves({ UnprocessedKeys: { connections: { Keys: [{}] } } })
    const done = pushToUsers(deps, [{ user: 'bob', push }])
    await vi.advanceTimersByTimeAsync(10_000)
    await done
    expect(reported).toHaveLength(1)
    expect(sent).toEqual([])
  })
})

describe('the worker', () => {
  it('[PUSH-10] tells who was left, unless the token has expired or the connection is gone', async () => {
    const { deps, told } = bobsChat({})
    await pushRemaining(deps, { user: 'bob', connections: ['b1', 'b3', 'x'], frame })
    expect(told).toEqual(['b1'])
  })

  it('[GROUP-4] tells nobody who has left the conversation meanwhile', async () => {
    const { deps, told } = bobsChat({})
    await pushRemaining(deps, { user: 'bob', connections: ['b1'], frame, conversation: 'c' })
    expect(told).toEqual([])
  })
})
