import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pushRemaining, pushToUsers } from '../../../../lambdas/chat/push/push-to-users.ts'
import type { Delivery } from '../../../../lambdas/delivery/poster.ts'
import { aMockedChat, later, noon } from '../../../support/mocked.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const until = (expiry: number) => ({ since: 0, token_expires_at: expiry })
const row = { pk: 'USER#bob', sk: 'CHANNEL', b1: until(later), b2: until(later), b3: until(noon) }
const push = { type: 'invitation_rejected' as const, invitation_id: 'i' }
const frame = JSON.stringify(push)

/** Bob has three connections, one with an expired token. The test sets the outcome of each post. */
function bobsChat(outcomes: Readonly<Record<string, Promise<Delivery>>>) {
  const { deps, database, ...rest } = aMockedChat()
  database
    .on(BatchGetCommand)
    .resolves({ Responses: { connections: [row] } })
    .on(GetCommand)
    .resolves({ Item: row })
  const posted: string[] = []
  const poster = {
    ...deps.poster,
    post: async (id: string): Promise<Delivery> => {
      posted.push(id)
      return (await outcomes[id]) ?? 'delivered'
    },
  }
  return { ...rest, database, posted, deps: { ...deps, poster } }
}

describe('a push to a user', () => {
  it('[PUSH-10] ends after 300 ms, and leaves connections that hang or are gone to the worker', async () => {
    const hanging = new Promise<Delivery>(() => undefined)
    const { deps, sent, posted } = bobsChat({ b1: hanging, b2: Promise.resolve('gone') })
    const done = pushToUsers(deps, [{ user: 'bob', push }])
    await vi.advanceTimersByTimeAsync(300)
    await done
    expect(posted).toEqual(['b1', 'b2'])
    expect(sent).toEqual([{ task: 'push', user: 'bob', connections: ['b1', 'b2'], frame }])
  })

  it('[PUSH-10] leaves only unfinished frames to the worker, each with its smaller form', async () => {
    const { deps, sent } = bobsChat({})
    const accepted = { type: 'invitation_accepted', invitation_id: 'i' } as const
    const fields = { conversation_id: 'c', participant_id: 'ada' }
    const hanging: Delivery | Promise<Delivery> = new Promise(() => undefined)
    const poster = {
      ...deps.poster,
      post: async (id: string, text: string) =>
        id === 'b1' && text.includes('accepted') ? await hanging : ('delivered' as const),
    }
    const done = pushToUsers({ ...deps, poster }, [
      { user: 'bob', push },
      { user: 'bob', push: { ...accepted, ...fields } },
    ])
    await vi.advanceTimersByTimeAsync(300)
    await done
    const text = JSON.stringify({ ...accepted, ...fields })
    expect(sent).toEqual([{ task: 'push', user: 'bob', connections: ['b1'], frame: text, pointer: text }])
  })

  it('F32 does not fail if a batch remains unprocessed', async () => {
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
  it('[INV-17] posts the smaller form of a frame that is refused for its size', async () => {
    const { deps, posted } = bobsChat({})
    const texts: string[] = []
    const poster = {
      ...deps.poster,
      post: async (id: string, text: string) => {
        posted.push(id)
        texts.push(text)
        return text === 'large' ? ('too_large' as const) : ('delivered' as const)
      },
    }
    const task = { user: 'bob', connections: ['b1'], frame: 'large', pointer: 'small' }
    await pushRemaining({ ...deps, poster }, task)
    expect([posted, texts]).toEqual([
      ['b1', 'b1'],
      ['large', 'small'],
    ])
  })

  it('[PUSH-10] posts to the remaining connections, except those that have expired or are gone', async () => {
    const { deps, posted } = bobsChat({})
    await pushRemaining(deps, { user: 'bob', connections: ['b1', 'b3', 'x'], frame })
    expect(posted).toEqual(['b1'])
  })

  it('[GROUP-4] does not post to a user who has left the conversation in the meantime', async () => {
    const { deps, posted } = bobsChat({})
    await pushRemaining(deps, { user: 'bob', connections: ['b1'], frame, conversation: 'c' })
    expect(posted).toEqual([])
  })
})
