import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { deliver } from '../../../lambdas/chat/push/deliver.ts'
import { messagePush } from '../../../lambdas/chat/push/push-frames.ts'
import type { Poster } from '../../../lambdas/delivery/poster.ts'
import { type MessageEntry, toEntry } from '../../../lambdas/stores/log.ts'
import { aMockedChat, later } from '../../support/mocked.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const MOST_AT_ONCE = 50
const entry = toEntry({ id: '1-x', seq: 1, sender: 'u1', content: 'hi', created_at: 'x' }) as MessageEntry
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `c${from + n}`)
const participant = (user: string, connection: string) =>
  [user, { user, joined: new Map([[connection, later]]), readSeq: 0, readOthers: 0 }] as const

/** A group in which everybody has joined once; u1 writes on c1. */
function aGroup(size: number, post: Poster['post']) {
  const participants = new Map(Array.from({ length: size }, (_, n) => participant(`u${n + 1}`, `c${n + 1}`)))
  const { deps, sent } = aMockedChat()
  const conversations = { ...deps.conversations, participants: async () => participants }
  const head = { id: 'c', createdAt: 'x', turnsIssued: 0, participants }
  const origin = { via: 'socket', connection: 'c1' } as const
  const told = () =>
    deliver(
      { ...deps, conversations, poster: { ...deps.poster, post } },
      head,
      messagePush(entry),
      origin,
      [],
    )
  return { told, sent }
}

it('F27: a thousand connections are told, each once and never more than fifty at a time', async () => {
  const delivered: string[] = []
  let underWay = 0
  let most = 0
  const { told, sent } = aGroup(1001, async (connection) => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setTimeout(resolve, 10))
    underWay--
    delivered.push(connection)
    return 'delivered'
  })
  await Promise.all([told(), vi.advanceTimersByTimeAsync(300)])
  expect(delivered.sort()).toEqual(ids(2, 1001).sort())
  expect(most).toBe(MOST_AT_ONCE)
  expect(sent).toEqual([])
})

it('F27: every post under way can be ended, and none shares its signal with another', async () => {
  const signals = new Set<AbortSignal | undefined>()
  const { told } = aGroup(31, (_connection, _frame, signal) => {
    signals.add(signal)
    return new Promise(() => undefined)
  })
  await Promise.all([told(), vi.advanceTimersByTimeAsync(5000)])
  expect([...signals].map((signal) => signal?.aborted)).toEqual(Array.from({ length: 30 }, () => true))
})

it('F26: connections that hang delay nobody, and are left to the worker', async () => {
  const hung = new Set(ids(2, MOST_AT_ONCE))
  const delivered: string[] = []
  const { told, sent } = aGroup(1001, async (connection) => {
    if (hung.has(connection)) return await new Promise(() => undefined)
    delivered.push(connection)
    return 'delivered'
  })
  const done = told()
  await vi.advanceTimersByTimeAsync(0)
  expect(delivered).toEqual(ids(MOST_AT_ONCE + 1, 1001))
  await vi.advanceTimersByTimeAsync(5000)
  await done
  expect(sent).toEqual([{ task: 'deliver', conversation: 'c', seq: 1, messageTo: [...hung], updateTo: [] }])
})

it('F26: where more hang than can be under way, the rest is left to the worker too', async () => {
  const { told, sent } = aGroup(101, () => new Promise(() => undefined))
  await Promise.all([told(), vi.advanceTimersByTimeAsync(5000)])
  expect(sent).toMatchObject([{ messageTo: ids(2, 101) }])
})
