import { createSecretKey, randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { listConversations } from '../../../lambdas/chat/conversations/list.ts'
import { commit } from '../../../lambdas/chat/entries/commit.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { meter } from '../../support/meter.ts'
import { openStores, quiet } from '../../support/stores.ts'

const id = () => randomBytes(11).toString('base64url')
const user = `lister-${id()}`
const first = Date.parse('2026-03-01T00:30:00.000Z')
const minute = 60_000
const hour = 60 * minute
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

async function aConversation(at: number, of = user, others: readonly string[] = ['peer']): Promise<string> {
  const conversation = id()
  for (const Item of newConversationRows(conversation, [of, ...others], new Date(at).toISOString())) {
    await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
  }
  return conversation
}

async function say(conversation: string, at: number, writer: Pick<typeof deps, 'log'> = deps): Promise<void> {
  const head = await stores.conversations.head(conversation)
  if (!head) throw new Error('no head')
  // Each in a new container, because the times of the tests are in no order.
  await commit({ ...deps, ...writer, memory: newMemory(), now: () => at }, head, {
    sender: 'peer',
    content: 'hi',
  })
}

const pageOf = async (limit: number, cursor?: string, of = user) =>
  await listConversations(deps, of, { limit, cursor })

/** The ids on the first page of a user's list at a time. */
const firstPage = async (of: string, limit: number, at: number, reader: Partial<typeof deps> = {}) =>
  (
    await listConversations({ ...deps, ...reader, now: () => at }, of, { limit, cursor: undefined })
  ).conversations.map((conversation) => conversation.id)

/** Counts the queries and writes of the first page of a user's list at a time. */
async function costOfPage(of: string, limit: number, at: number) {
  const calls = await counted.callsOf(() => firstPage(of, limit, at))
  const number = (wanted: string) => calls.filter(({ name }) => name === wanted).length
  return { queries: number('Query'), writes: number('UpdateItem'), batches: number('BatchGetItem') }
}

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

  it('[LIST-2] has shorter pages if the names of large groups would not fit into an answer', async () => {
    const crowded = `crowded-${id()}`
    const long = '🎈'.repeat(254)
    const members = Array.from({ length: 99 }, () => `${id()}-member`)
    await stores.users.importUsers(
      [crowded, ...members].map((one) => ({
        id: one,
        firstname: long,
        lastname: long,
        email: long,
        role: 'admin',
      })),
    )
    const groups: string[] = []
    for (let n = 0; n < 12; n++) groups.push(await aConversation(first + n * hour, crowded, members))
    const { conversations, cursor } = await pageOf(100, undefined, crowded)
    expect(
      JSON.stringify(JSON.stringify({ success: true, data: { conversations, cursor } })).length,
    ).toBeLessThan(6_000_000)
    expect(conversations.length).toBeLessThan(12)
    expect(await walk(100, crowded)).toEqual(groups.toReversed())
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
      await stores.conversations.listAsActive(user, conversation, Date.now())
    }
    for (const limit of [3, 10, 100]) expect(await walk(limit)).toEqual(before)
  })
})

describe('a list of many conversations that were active in the same hour', () => {
  // A page of one conversation reads two, so a mistake in the order shows only among three.
  /** Half past, so that a few minutes later it is still the same hour. */
  const now = first
  const half = 30 * minute
  const newUser = () => `reader-${id()}`

  /** Conversations of a user whose last activity is spread evenly over the last half hour, newest first. */
  async function spread(of: string, count: number): Promise<string[]> {
    const times = Array.from({ length: count }, (_, n) => now - half + (n * half) / count)
    const ids = await Promise.all(times.map((at) => aConversation(at, of)))
    return ids.toReversed()
  }

  it('[LIST-3] costs the same for 20 and for 200, once a page has read those that have become quiet', async () => {
    const [few, many] = [newUser(), newUser()]
    await spread(few, 20)
    const ids = await spread(many, 200)
    for (const of of [few, many]) {
      await firstPage(of, 10, now + 5 * minute)
      // The list, the open invitations, and ten conversations and the next one; then names and presence.
      expect(await costOfPage(of, 10, now + 5 * minute)).toEqual({ queries: 13, writes: 0, batches: 2 })
    }
    expect(await firstPage(many, 10, now + 5 * minute)).toEqual(ids.slice(0, 10))
  }, 60_000)

  it('[LIST-3] reads those again that were active since, and notes each once it is quiet', async () => {
    const reader = newUser()
    const ids = await spread(reader, 30)
    expect(await costOfPage(reader, 5, now + 5 * minute)).toMatchObject({ queries: 32, writes: 30 })
    const active = [ids[29], ids[17], ids[23]].map(String)
    for (const [n, conversation] of active.entries()) await say(conversation, now + 6 * minute + n)
    // The three and the next three.
    expect(await costOfPage(reader, 5, now + 7 * minute)).toMatchObject({ queries: 8, writes: 0 })
    expect(await costOfPage(reader, 5, now + 9 * minute)).toMatchObject({ queries: 8, writes: 3 })
    expect(await costOfPage(reader, 5, now + 9 * minute)).toMatchObject({ queries: 8, writes: 0 })
    const order = [...active.toReversed(), ...ids.filter((one) => !active.includes(one))]
    expect(await firstPage(reader, 5, now + 9 * minute)).toEqual(order.slice(0, 5))
  })

  it('[LIST-3] a list of one page is read without a write', async () => {
    const reader = newUser()
    await spread(reader, 8)
    expect(await costOfPage(reader, 8, now + hour)).toMatchObject({ queries: 10, writes: 0 })
  })

  it('[LIST-2] shows a message whose sender listed the conversation before a page noted it as quiet', async () => {
    const reader = newUser()
    const [newest = '', , oldest = ''] = await spread(reader, 3)
    const at = now + 5 * minute
    const log = {
      ...stores.log,
      append: async (...call: Parameters<typeof stores.log.append>) => {
        expect(await firstPage(reader, 1, at)).toEqual([newest])
        return await stores.log.append(...call)
      },
    }
    await say(oldest, at, { log })
    expect(await firstPage(reader, 1, at + 1)).toEqual([oldest])
  })

  it('[LIST-2] shows a message that was sent after a page read the list, and before it noted anything', async () => {
    const reader = newUser()
    const [newest = '', , oldest = ''] = await spread(reader, 3)
    const at = now + 5 * minute
    let isFirst = true
    const conversations = {
      ...stores.conversations,
      noteLastActivity: async (...call: Parameters<typeof stores.conversations.noteLastActivity>) => {
        if (isFirst) {
          isFirst = false
          await say(oldest, at)
        }
        await stores.conversations.noteLastActivity(...call)
      },
    }
    expect(await firstPage(reader, 1, at, { conversations })).toEqual([newest])
    expect(isFirst).toBe(false)
    for (const later of [1, 5 * minute, 6 * minute]) {
      expect(await firstPage(reader, 1, at + later)).toEqual([oldest])
    }
  })

  it('[LIST-2] notes nothing while a sender whose clock is behind may still add to a conversation', async () => {
    const reader = newUser()
    const older = await aConversation(now, reader)
    await aConversation(now + minute / 2 - 1, reader)
    const newer = await aConversation(now + minute / 2, reader)
    const at = now + minute - 1
    const log = {
      ...stores.log,
      // The sender's clock is a minute behind, and the message takes almost half a minute to be stored.
      append: async (...call: Parameters<typeof stores.log.append>) => {
        expect(await firstPage(reader, 1, at + minute + 29_000)).toEqual([newer])
        return await stores.log.append(...call)
      },
    }
    await say(older, at, { log })
    expect(await firstPage(reader, 1, at + minute + 30_000)).toEqual([older])
  })
})

describe('the writes to the lists of the participants', () => {
  const writes = async (conversation: string, at: number) =>
    (await counted.callsOf(() => say(conversation, at))).filter(({ name }) => name === 'UpdateItem').length

  it('[LIST-3] are one for each of two after a quiet minute or in a new hour, and none otherwise', async () => {
    const conversation = await aConversation(first)
    const times = [1, minute, 2 * minute + 1, 2 * minute + 2, hour / 2 - 1, hour / 2, hour / 2 + 1]
    const made: number[] = []
    for (const at of times) made.push(await writes(conversation, first + at))
    expect(made).toEqual([0, 0, 2, 0, 2, 2, 0])
  })

  it.each([
    [6, 3 * minute],
    [11, hour / 2],
  ])('[LIST-3] are at most two a minute in a group of %s', async (size, quiet) => {
    const group = id()
    const users = ['peer', ...Array.from({ length: size - 1 }, (_, n) => `user${n}`)]
    for (const Item of newConversationRows(group, users, new Date(first).toISOString(), {
      creator: 'peer',
    })) {
      await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
    }
    await say(group, first)
    expect(await writes(group, first + quiet - 1)).toBe(0)
    const next = first + 2 * quiet - 1
    expect([await writes(group, next), await writes(group, next + 1)]).toEqual([size, 0])
  })
})
