import { BatchGetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deliver } from '../../../../lambdas/chat/push/deliver.ts'
import { messagePush } from '../../../../lambdas/chat/push/push-frames.ts'
import { redeliver } from '../../../../lambdas/chat/push/redeliver.ts'
import { fanOut } from '../../../../lambdas/delivery/fan-out.ts'
import type { MessageEntry } from '../../../../lambdas/model.ts'
import { toEntry } from '../../../../lambdas/stores/entry-rows.ts'
import { aMockedChat, later, rowsOfPair } from '../../../support/mocked.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const hanging = () => new Promise<'failed'>(() => undefined)
const entry = toEntry({
  kind: 'message',
  id: '1-x',
  seq: 1,
  sender: 'ada',
  content: 'hi',
  created_at: 'x',
}) as MessageEntry
const participant = { user: 'bob', joined: new Map(), readSeq: 0, readOthers: 0 }
const head = {
  id: 'c',
  createdAt: 'x',
  turnsIssued: 0,
  participants: new Map([
    ['ada', { ...participant, user: 'ada' }],
    ['bob', participant],
  ]),
}
const until = (expiry: number) => ({ since: 0, token_expires_at: expiry })
const on = (id: string) => ({ id, user: 'bob', since: 0, tokenExpiresAt: later })

describe('a fan-out', () => {
  it('[PUSH-10] over REST ends after 300 ms, and leaves hanging connections to the worker', async () => {
    const { deps, sent } = aMockedChat()
    const poster = {
      ...deps.poster,
      post: (id: string) => (id === 'b1' ? hanging() : deps.poster.post(id, '')),
    }
    const posted = deliver({ ...deps, poster }, head, messagePush(entry), { via: 'rest' }, [
      on('b1'),
      on('b2'),
    ])
    await vi.advanceTimersByTimeAsync(300)
    await posted
    expect(sent).toEqual([{ task: 'deliver', conversation: 'c', seq: 1, messageTo: ['b1'], updateTo: [] }])
  })

  it.each([
    [
      'over REST leaves connections that are gone to the worker, because the caller must not wait',
      { via: 'rest' as const },
      1,
    ],
    ['over the socket cleans up connections that are gone', { via: 'socket' as const, connection: 'a1' }, 0],
  ])('[PUSH-10] %s', async (_, origin, left) => {
    const { deps, sent, database } = aMockedChat()
    const poster = { ...deps.poster, post: async () => 'gone' as const }
    await deliver({ ...deps, poster }, head, messagePush(entry), origin, [on('b1')])
    expect(sent).toHaveLength(left)
    expect(database.commandCalls(UpdateCommand)).toHaveLength(1 - left)
  })

  it('F4 [PUSH-10] is awaited even if rereading the joined connections fails', async () => {
    const { deps, sent, reported } = aMockedChat()
    const conversations = { ...deps.conversations, participants: () => Promise.reject(new Error('down')) }
    const poster = { ...deps.poster, post: hanging }
    const posted = deliver({ ...deps, conversations, poster }, head, messagePush(entry), { via: 'rest' }, [
      on('b1'),
    ])
    await vi.advanceTimersByTimeAsync(300)
    await posted
    expect(sent).toMatchObject([{ task: 'deliver', messageTo: ['b1'] }])
    expect(reported).toMatchObject([{ message: 'down' }])
  })

  it('[PUSH-7] sends a small frame to a connection that refuses a frame for its size', async () => {
    const frames: string[] = []
    const poster = {
      post: async (_id: string, frame: string) => {
        frames.push(frame)
        return frame === 'large' ? ('too_large' as const) : ('delivered' as const)
      },
      close: async () => undefined,
      exists: async () => true,
    }
    const posts = [{ connection: 'b1', frame: 'large', pointer: 'small' }]
    expect(await fanOut(poster, posts, { totalMs: 1000 })).toEqual({ gone: [], undone: [] })
    expect(frames).toEqual(['large', 'small'])
  })
})

describe('the worker', () => {
  it('[PUSH-10] posts to the remaining connections, except those with an expired token or without a participant', async () => {
    const { deps, database } = aMockedChat()
    database
      .on(QueryCommand, { ScanIndexForward: false })
      .resolves({ Items: rowsOfPair({}, {}) })
      .on(BatchGetCommand)
      .resolves({
        Responses: {
          connections: [{ pk: 'USER#bob', sk: 'CHANNEL', b1: until(later), b2: until(1), b3: until(later) }],
        },
      })
    const posted: string[] = []
    const poster = {
      ...deps.poster,
      post: async (id: string) => {
        posted.push(id)
        return 'delivered' as const
      },
    }
    const log = { ...deps.log, entry: async () => entry }
    const leftover = { conversation: 'c', seq: 1, messageTo: ['b1', 'b2', 'x'], updateTo: ['b3'] }
    await redeliver({ ...deps, log, poster }, leftover)
    expect(posted).toEqual(['b1', 'b3'])
  })
})
