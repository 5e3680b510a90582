import { createSecretKey, randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { listConversations } from '../../../lambdas/chat/conversations/list.ts'
import { commit } from '../../../lambdas/chat/entries/commit.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import { hourOf } from '../../../lambdas/model.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { meter } from '../../support/meter.ts'
import { openStores, quiet } from '../../support/stores.ts'

const id = () => randomBytes(11).toString('base64url')
const user = `lister-${id()}`
const first = Date.parse('2026-03-01T00:30:00.000Z')
const hour = 3_600_000
const COUNT = 120

const stores = openStores()
const counted = meter(stores.db)
const key = createSecretKey(randomBytes(32))
const deps = {
  ...stores,
  ...quiet,
  secrets: { current: async () => [key] },
  poster: { post: async () => 'delivered' as const, close: async () => undefined, exists: async () => true },
  memory: newMemory(),
  rates: defaultRates,
  newId: id,
}

async function aConversation(at: number, of = user): Promise<string> {
  const conversation = id()
  for (const Item of newConversationRows(conversation, [of, 'peer'], new Date(at).toISOString())) {
    await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
  }
  return conversation
}

async function say(conversation: string, at: number): Promise<void> {
  const head = await stores.conversations.head(conversation)
  if (!head) throw new Error('no head')
  // Each in a new container, because the times of the tests are in no order.
  await commit({ ...deps, memory: newMemory(), now: () => at }, head, { sender: 'peer', content: 'hi' })
}

const pageOf = async (limit: number, cursor?: string, of = user) =>
  await listConversations(deps, of, { limit, cursor })

/** All pages, in order. */
async function walk(limit: number, of = user): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await pageOf(limit, cursor, of)
    ids.push(...page.conversations.map((conversation) => conversation.id))
    cursor = page.cursor
  } while (cursor !== undefined)
  return ids
}

/** Oldest first; created long ago, each last active in a different hour. */
const made: string[] = []

beforeAll(async () => {
  for (let n = 0; n < COUNT; n++) {
    const conversation = await aConversation(first)
    await say(conversation, first + n * hour)
    made.push(conversation)
  }
}, 60_000)

describe('a user’s list', () => {
  it('[LIST-3] costs reads in proportion to the page, not to the number of conversations', async () => {
    for (const limit of [5, 10, 20]) {
      const calls = await counted.callsOf(() => pageOf(limit))
      const queries = calls.filter(({ name }) => name === 'Query')
      // One query each for the list and the open invitations, and one for the head of each shown conversation
      // and the next one; then names and presence.
      expect(queries).toHaveLength(2 + limit + 1)
      expect(calls.filter(({ name }) => name === 'BatchGetItem')).toHaveLength(2)
      expect(calls.reduce((sum, { read }) => sum + read, 0)).toBeLessThan(limit + 12)
    }
  })

  it('[LIST-3] costs the same on a later page', async () => {
    const { cursor } = await pageOf(10)
    const calls = await counted.callsOf(() => pageOf(10, cursor))
    expect(calls.filter(({ name }) => name === 'Query').length).toBeLessThanOrEqual(2 + 2 * 11)
  })

  it('[LIST-3] reads many conversations of one hour in few rounds', async () => {
    const busy = `busy-${id()}`
    const sameHour: string[] = []
    for (let n = 0; n < 30; n++) sameHour.push(await aConversation(first + n * 1000, busy))
    const calls = await counted.callsOf(() => pageOf(1, undefined, busy))
    const queries = calls.filter(({ name }) => name === 'Query')
    expect(queries).toHaveLength(32)
    expect(Math.max(...queries.map(({ depth }) => depth))).toBeLessThanOrEqual(6)
    expect(await walk(1, busy)).toEqual(sameHour.toReversed())
  })

  it('[LIST-2] contains every conversation once, newest activity first, for any page size', async () => {
    const expected = made.toReversed()
    for (const limit of [7, 50, 100]) expect(await walk(limit)).toEqual(expected)
  })

  it('[LIST-2] is up to date after every message', async () => {
    const now = first + (COUNT + 5) * hour
    for (const [at, n] of [3, 60, 3, 119, 0].entries()) {
      const conversation = made[n] ?? ''
      await say(conversation, now + at)
      expect((await pageOf(1)).conversations[0]).toMatchObject({
        id: conversation,
        updated_at: new Date(now + at).toISOString(),
      })
    }
  })

  it('[LIST-2] keeps its order if a sender crashes between the list and the log', async () => {
    const before = await walk(10)
    const crashed = [before[20], before[55], before[110]].map(String)
    for (const conversation of crashed) {
      await stores.conversations.listAsActive(user, conversation, hourOf(new Date().toISOString()))
    }
    for (const limit of [3, 10, 100]) expect(await walk(limit)).toEqual(before)
  })

  it('[LIST-2] an hour is recorded once, before its first entry', async () => {
    const conversation = await aConversation(first)
    const cost = async (at: number) =>
      (await counted.callsOf(() => say(conversation, at))).filter(({ name }) => name === 'UpdateItem').length
    expect(await cost(first + 1)).toBe(0)
    expect(await cost(first + hour)).toBe(2)
    expect(await cost(first + hour + 1)).toBe(0)
  })
})
