import { randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  frameUnits,
  presenceChange,
  presenceCheck,
  presenceNote,
  restUnits,
  roundTrips,
  unitsBySize,
} from '../../../cli/admin/cost/counted-work.ts'
import { refreshPresence } from '../../../lambdas/chat/connections/compute-presence.ts'
import { deviceConnected, deviceDisconnected } from '../../../lambdas/chat/connections/presence.ts'
import { searchAdmins } from '../../../lambdas/chat/conversations/search.ts'
import { sendOverRest, sendOverSocket } from '../../../lambdas/chat/messages/send.ts'
import { pushTyping } from '../../../lambdas/chat/push/typing.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { allFeatures } from '../../../protocol/features.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { frameOn } from '../../support/frames.ts'
import { meter, summary } from '../../support/meter.ts'
import { openStores, quiet, unlimited } from '../../support/stores.ts'

const id = () => randomBytes(11).toString('base64url')
const now = Date.now()
const later = now + 3_600_000
const users = [`ada-${id()}`, `bob-${id()}`] as const
const [ada, bob] = users
const conversation = id()
const joinedOf = (user: string) => `${user}=`
const idleOf = (user: string) => `${user}.`

const stores = openStores()
const counted = meter(stores.db)
const deps = {
  ...stores,
  ...quiet,
  poster: counted.poster,
  memory: newMemory(),
  rates: defaultRates,
  now: () => now,
  newId: () => randomBytes(16).toString('base64url'),
}

/** A conversation of two; each user has one connection that has joined and one that has not. */
beforeAll(async () => {
  const createdAt = new Date(now).toISOString()
  const invitation = { id: id(), from: ada, to: bob, message: '', status: 'pending' as const, createdAt }
  await stores.invitations.create(invitation, unlimited)
  const stored = await stores.invitations.find(invitation.id)
  if (stored) await stores.invitations.accept(stored, conversation, createdAt)
  for (const user of users) {
    for (const connection of [joinedOf(user), idleOf(user)]) {
      await stores.register.add({ id: connection, openedAt: now })
      await stores.authenticate({ id: connection, user: user, since: now, tokenExpiresAt: later })
    }
    await stores.subscriptions.join(conversation, user, joinedOf(user), later, now)
  }
})

const overSocket = (bytes: number, key?: string, connection = joinedOf(ada)) =>
  counted.callsOf(() =>
    sendOverSocket(
      deps,
      frameOn(connection, now),
      {
        type: 'send_message',
        conversation_id: conversation,
        message: { content: 'x'.repeat(bytes) },
        ...(key ? { client_message_id: key } : {}),
      },
      async () => void (await deps.poster.post(connection, '')),
    ),
  )

describe('the cost of a message in a conversation of two', () => {
  it.each([
    ['with a client_message_id', 600, id(), unitsBySize.send_message[2]],
    ['without one', 600, undefined, frameUnits.send_message],
  ])('%s, under 1 KB, over the socket', async (_name, bytes, key, units) => {
    for (let n = 0; n < 3; n++) {
      const calls = await overSocket(bytes, key && `${key}${n}`)
      expect(calls.filter(({ name }) => name.startsWith('post'))).toHaveLength(4)
      expect(summary(calls)).toEqual({ ...units, roundTrips: roundTrips.send_message })
    }
  })

  it('includes one more read and round trip if the connection has not joined', async () => {
    expect(summary(await overSocket(100, undefined, idleOf(ada)))).toEqual({
      readUnits: 5,
      writeUnits: 1,
      roundTrips: 4,
    })
  })

  it('is the same over REST, once the caller has been checked', async () => {
    const calls = await counted.callsOf(() =>
      sendOverRest(deps, ada, conversation, { content: 'x'.repeat(600), client_message_id: id() }),
    )
    const units = restUnits['POST /api/admin/chat/conversations/{id}/messages']
    expect(summary(calls)).toEqual({ ...units, roundTrips: roundTrips.send_message })
  })

  it('[SEND-3] [PUSH-5] a repeated send reads the stored message and posts only the acknowledgment', async () => {
    const key = id()
    await overSocket(100, key)
    const calls = await overSocket(100, key)
    expect(calls.filter(({ name }) => name.startsWith('post'))).toHaveLength(1)
  })
})

describe('the cost of a typing notification', () => {
  it('is one write, one read and the posts', async () => {
    const calls = await counted.callsOf(() =>
      pushTyping(deps, frameOn(joinedOf(ada), now + 1000), conversation, true),
    )
    expect(summary(calls)).toEqual({ ...frameUnits.typing, roundTrips: roundTrips.typing })
    expect(calls.map(({ name }) => name).sort()).toEqual(['Query', 'UpdateItem', `post to ${joinedOf(bob)}`])
  })

  it('[TYPING-5] is one write if typing is switched off', async () => {
    const features = { ...allFeatures, typing: false }
    const calls = await counted.callsOf(() =>
      pushTyping({ ...deps, features }, frameOn(joinedOf(ada), now + 60_000), conversation, true),
    )
    expect(calls.map(({ name }) => name)).toEqual(['UpdateItem'])
  })
})

describe('the cost of presence', () => {
  const refresh = () => counted.callsOf(() => refreshPresence(deps, { user: ada }))

  it('is the counted work of a change, with two connections and one conversation', async () => {
    const calls = await refresh()
    expect(calls.filter(({ name }) => name.startsWith('post'))).toHaveLength(2)
    expect(summary(calls)).toMatchObject(presenceChange({ devices: 2, conversations: 1, contacts: 1 }))
  })

  it('is the counted work of a computation without a change', async () => {
    expect(summary(await refresh())).toEqual({ ...presenceCheck({ devices: 2 }), roundTrips: 0 })
  })

  it('is one write unit for a connect or a disconnect', async () => {
    const one = { ...presenceNote, roundTrips: 0 }
    expect(summary(await counted.callsOf(() => deviceConnected(deps, ada, 'first')))).toEqual(one)
    expect(summary(await counted.callsOf(() => deviceDisconnected(deps, ada, 'last')))).toEqual(one)
  })
})

describe('the cost of a message in a group of a hundred', () => {
  it('does not depend on the length of the log, and one batch reads the connections of all participants', async () => {
    const group = id()
    const others = Array.from({ length: 99 }, (_, n) => `user${n}`)
    for (const Item of newConversationRows(group, [ada, ...others], new Date(now).toISOString())) {
      await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
    }
    await stores.subscriptions.join(group, ada, joinedOf(ada), later, now)
    const send = async () =>
      await counted.callsOf(() =>
        sendOverSocket(
          deps,
          frameOn(joinedOf(ada), now),
          { type: 'send_message', conversation_id: group, message: { content: 'x'.repeat(4000) } },
          async () => undefined,
        ),
      )
    for (let n = 0; n < 30; n++) await send()
    // Every tenth message within ten seconds is also added to the count of the user's messages (RATE-2).
    deps.memory.senders.clear()
    const calls = await send()
    const names = calls.map(({ name }) => name).filter((name) => !name.startsWith('post'))
    expect(names.sort()).toEqual(['BatchGetItem', 'PutItem', 'Query', 'Query', 'Query', 'Query'])
    expect(summary(calls)).toMatchObject({ readUnits: 108, writeUnits: 5 })
  })
})

describe('the cost of a search', () => {
  const name = id()
  const search = (limit: number, q = name) =>
    counted.callsOf(() => searchAdmins(deps, `${name}0@example.org`, { q, limit }))

  beforeAll(async () => {
    await stores.users.importUsers(
      Array.from({ length: 60 }, (_, n) => ({
        id: `${name}${n}@example.org`,
        firstname: name,
        lastname: `${n}`,
        email: `${name}${n}@example.org`,
        role: 'admin',
      })),
    )
  })

  it.each([
    [1, 1],
    [10, 1],
    [20, 2],
  ])(
    'for %s of many matches: one query, %s read units, and one unit for each profile',
    async (limit, units) => {
      const calls = await search(limit)
      expect(calls.map(({ name, read, write }) => [name, read, write])).toEqual([
        ['Query', units, 0],
        ['BatchGetItem', limit, 0],
      ])
    },
  )

  it('for two words, of which many people match one and none the other: two queries', async () => {
    const calls = await search(20, `${name} none`)
    expect(calls.map(({ name, read }) => [name, read])).toEqual([
      ['Query', 1],
      ['Query', 3],
    ])
  })
})
