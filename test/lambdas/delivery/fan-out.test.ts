import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { deliver } from '../../../lambdas/chat/push/deliver.ts'
import { messagePush } from '../../../lambdas/chat/push/push-frames.ts'
import { fanOut } from '../../../lambdas/delivery/fan-out.ts'
import type { Delivery, Poster } from '../../../lambdas/delivery/poster.ts'
import type { MessageEntry } from '../../../lambdas/model.ts'
import { toEntry } from '../../../lambdas/stores/entry-rows.ts'
import { aMockedChat, later, tooManyPosts } from '../../support/mocked.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const MAX_IN_FLIGHT = 50
const entry = toEntry({ id: '1-x', seq: 1, sender: 'u1', content: 'hi', created_at: 'x' }) as MessageEntry
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `c${from + n}`)
const participant = (user: string, connection: string) =>
  [user, { user, joined: new Map([[connection, later]]), readSeq: 0, readOthers: 0 }] as const

/** A group in which each user has joined with one connection; u1 sends on c1. */
function aGroup(size: number, post: Poster['post']) {
  const participants = new Map(Array.from({ length: size }, (_, n) => participant(`u${n + 1}`, `c${n + 1}`)))
  const { deps, sent } = aMockedChat()
  const conversations = { ...deps.conversations, participants: async () => participants }
  const head = { id: 'c', createdAt: 'x', turnsIssued: 0, participants }
  const origin = { via: 'socket', connection: 'c1' } as const
  const push = () =>
    deliver(
      { ...deps, conversations, poster: { ...deps.poster, post } },
      head,
      messagePush(entry),
      origin,
      [],
    )
  return { push, sent }
}

it('F27: a thousand connections each receive one post, never more than fifty at a time', async () => {
  const delivered: string[] = []
  let inFlight = 0
  let max = 0
  const { push, sent } = aGroup(1001, async (connection) => {
    max = Math.max(max, ++inFlight)
    await new Promise((resolve) => setTimeout(resolve, 10))
    inFlight--
    delivered.push(connection)
    return 'delivered'
  })
  await Promise.all([push(), vi.advanceTimersByTimeAsync(300)])
  expect(delivered.sort()).toEqual(ids(2, 1001).sort())
  expect(max).toBe(MAX_IN_FLIGHT)
  expect(sent).toEqual([])
})

it('F26: a post that fails after it was abandoned is neither retried nor reported', async () => {
  const { deps, sockets, reported } = aMockedChat()
  sockets.on(PostToConnectionCommand).callsFake(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2000))
    throw tooManyPosts()
  })
  const done = fanOut(deps.poster, [{ connection: 'c1', frame: '{}', pointer: '{}' }], { totalMs: 300 })
  await vi.advanceTimersByTimeAsync(300)
  const outcome = await done
  await vi.advanceTimersByTimeAsync(10_000)
  expect(outcome).toMatchObject({ gone: [], undone: [{ connection: 'c1' }] })
  expect(sockets.calls()).toHaveLength(1)
  expect(reported).toEqual([])
})

it('F26: the outcome of a fan-out does not change after its timeout', async () => {
  const settle: ((delivery: Delivery) => void)[] = []
  const posted: string[] = []
  const poster: Poster = {
    post: (_connection, frame) => {
      posted.push(frame)
      return new Promise((resolve) => settle.push(resolve))
    },
    close: async () => undefined,
    exists: async () => true,
  }
  const posts = ['0', '1'].map((connection) => ({ connection, frame: 'large', pointer: 'small' }))
  const done = fanOut(poster, posts, { totalMs: 300 })
  await vi.advanceTimersByTimeAsync(300)
  const outcome = await done
  settle[0]?.('gone')
  settle[1]?.('too_large')
  await vi.advanceTimersByTimeAsync(0)
  expect(outcome).toEqual({ gone: [], undone: posts })
  expect(posted).toEqual(['large', 'large'])
})

it('F26 [PUSH-10] connections that hang do not delay others, and are left to the worker', async () => {
  const hung = new Set(ids(2, MAX_IN_FLIGHT))
  const delivered: string[] = []
  const { push, sent } = aGroup(1001, async (connection) => {
    if (hung.has(connection)) return await new Promise(() => undefined)
    delivered.push(connection)
    return 'delivered'
  })
  const done = push()
  await vi.advanceTimersByTimeAsync(0)
  expect(delivered).toEqual(ids(MAX_IN_FLIGHT + 1, 1001))
  await vi.advanceTimersByTimeAsync(500)
  await done
  expect(sent).toEqual([{ task: 'deliver', conversation: 'c', seq: 1, messageTo: [...hung], updateTo: [] }])
})

it('F26: if more connections hang than may be in flight, the rest are left to the worker too', async () => {
  const { push, sent } = aGroup(101, () => new Promise(() => undefined))
  await Promise.all([push(), vi.advanceTimersByTimeAsync(500)])
  expect(sent).toMatchObject([{ messageTo: ids(2, 101) }])
})

it.each([
  ['leaves nothing to the worker while posts are completed', 201, 400, []],
  ['leaves the rest to the worker after 4 s', 701, 300, [{ messageTo: ids(652, 701) }]],
])('[PUSH-10] a frame %s', async (_, size, postMs, left) => {
  const { push, sent } = aGroup(size, async () => {
    await new Promise((resolve) => setTimeout(resolve, postMs))
    return 'delivered'
  })
  await Promise.all([push(), vi.advanceTimersByTimeAsync(5000)])
  expect(sent).toMatchObject(left)
})
