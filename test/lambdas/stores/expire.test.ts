import { randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { cleanUpConnection } from '../../../lambdas/chat/connections/cleanup.ts'
import { closeUnauthenticated } from '../../../lambdas/chat/connections/deadline.ts'
import { finishCleanup } from '../../../lambdas/chat/connections/disconnect.ts'
import { sweep } from '../../../lambdas/chat/connections/sweep.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import type { Task } from '../../../lambdas/model.ts'
import { CONNECTION_ROW_TTL_SECONDS } from '../../../lambdas/platform-limits.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { openStores, quiet } from '../../support/stores.ts'

const stores = openStores()
const { connections, register, users, authenticate } = stores
const id = () => randomBytes(11).toString('base64url')
const minute = 60_000
/** Each test uses its own time, far from the real one, so that no sweep finds another test's connections. */
let epoch = Date.parse('2030-01-01T00:00:00Z')
const anEpoch = () => (epoch += 30 * 24 * 60 * minute)

/** The worker's dependencies at a time. API Gateway still knows all connections except those that are gone. */
function at(now: number, gone: readonly string[] = []) {
  const posted: [string, string][] = []
  const sent: Task[] = []
  const deps = {
    ...stores,
    ...quiet,
    tasks: { send: async (task: Task) => void sent.push(task) },
    poster: {
      post: async (connection: string, frame: string) => {
        posted.push([connection, JSON.parse(frame).code])
        return gone.includes(connection) ? ('gone' as const) : ('delivered' as const)
      },
      close: async (connection: string) => void posted.push([connection, 'closed']),
      exists: async (connection: string) => !gone.includes(connection),
    },
    memory: newMemory(),
    now: () => now,
  }
  return { deps, posted, sent }
}

/** Sweeps at this time and in each of the four minutes before, so that every connection has had its turn. */
async function sweepAt(now: number, gone: readonly string[] = []) {
  const frames = []
  for (let minutes = 4; minutes >= 0; minutes--) {
    const { deps, posted } = at(now - minutes * minute, gone)
    await sweep(deps)
    frames.push(...posted)
  }
  return frames
}

async function aConnection(openedAt: number, tokenExpiresAt?: number) {
  const [connection, user] = [`${id()}=`, id()]
  await register.add({ id: connection, openedAt })
  if (tokenExpiresAt) await authenticate({ id: connection, user, since: openedAt, tokenExpiresAt })
  const ref = { id: connection, openedAt }
  return {
    connection,
    user,
    isRegistered: async () => (await register.find(ref)) !== undefined,
    isStored: async () =>
      (await connections.inspect(connection)) !== undefined ||
      (await connections.userConnections(user)).length > 0,
  }
}

async function aJoinedConversation(user: string, connection: string, expiresAt: number, now: number) {
  const conversation = id()
  for (const Item of newConversationRows(conversation, [user], new Date(now).toISOString())) {
    await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
  }
  expect(await stores.subscriptions.join(conversation, user, connection, expiresAt, now)).toBe('joined')
  return {
    conversation,
    joined: async () => (await stores.conversations.participant(conversation, user))?.joined.size,
  }
}

const fail = async () => {
  throw new Error('down')
}

const unauthorized = (connection: string) => [
  [connection, 'unauthorized'],
  [connection, 'closed'],
]

describe('the deadline to authenticate', () => {
  it('[AUTH-10] one task posts an error to each connection of its second that has not authenticated, and closes it', async () => {
    const now = anEpoch()
    const [first, busy, last] = [
      await aConnection(now),
      await aConnection(now + 1, now + minute),
      await aConnection(now + 999),
    ]
    for (const openedAt of [now - 1, now + 1000]) await aConnection(openedAt)
    const { deps, posted } = at(now + 16_000)
    await closeUnauthenticated(deps, { slot: now })
    expect(posted.toSorted()).toEqual(
      [...unauthorized(first.connection), ...unauthorized(last.connection)].toSorted(),
    )
    expect(await connections.find(busy.connection)).toBeDefined()
  })

  it('[AUTH-10] the error is posted before the close, and a connection that is gone is not closed', async () => {
    const now = anEpoch()
    const [open, ended] = [await aConnection(now), await aConnection(now + 1)]
    const { deps, posted } = at(now + 16_000, [ended.connection])
    await closeUnauthenticated(deps, { slot: now })
    expect(posted.filter(([connection]) => connection === open.connection)).toEqual(
      unauthorized(open.connection),
    )
    expect(posted.filter(([connection]) => connection === ended.connection)).toEqual([
      [ended.connection, 'unauthorized'],
    ])
  })

  it('[AUTH-10] a second task for the same second does nothing, unless the first has failed', async () => {
    const now = anEpoch()
    const { connection } = await aConnection(now)
    const { deps, posted } = at(now + 16_000)
    const broken = { ...deps, register: { ...register, openedBetween: fail } }
    await expect(closeUnauthenticated(broken, { slot: now })).rejects.toThrow('down')
    for (const _ of [1, 2]) await closeUnauthenticated(deps, { slot: now })
    expect(posted).toEqual(unauthorized(connection))
    await closeUnauthenticated({ ...deps, now: () => now + 46_000 }, { slot: now })
    expect(posted).toEqual([...unauthorized(connection), ...unauthorized(connection)])
  })

  it('[AUTH-10] F25: a task of an older version, which names a connection, is dropped', async () => {
    const { deps, posted } = at(anEpoch())
    await closeUnauthenticated(deps, { connection: 'a1' } as unknown as { slot: number })
    expect(posted).toEqual([])
  })
})

describe('the sweep', () => {
  it('[AUTH-10] closes connections that have not authenticated if their deadline task was lost', async () => {
    const now = anEpoch()
    const { connection, isRegistered } = await aConnection(now)
    const { deps, posted } = at(now + 25_000)
    await sweep(deps)
    expect(posted).toEqual(unauthorized(connection))
    expect(await isRegistered()).toBe(false)
  })

  it('[AUTH-10] does not close a connection that has just opened', async () => {
    const now = anEpoch()
    const { isRegistered } = await aConnection(now)
    const { deps, posted } = at(now + 24_999)
    await sweep(deps)
    expect(posted).toEqual([])
    expect(await isRegistered()).toBe(true)
  })

  it('[AUTH-7] posts an error to a connection and closes it a minute after its token expired', async () => {
    const now = anEpoch()
    const { connection, isRegistered, isStored } = await aConnection(now, now + 10 * minute)
    await sweepAt(now + 11 * minute - 1)
    expect(await isStored()).toBe(true)
    const { deps, posted } = at(now + 11 * minute)
    await sweep(deps)
    expect(posted).toEqual([
      [connection, 'token_expired'],
      [connection, 'closed'],
    ])
    expect([await isRegistered(), await isStored()]).toEqual([false, false])
  })

  it('[AUTH-7] leaves a connection whose token was renewed', async () => {
    const now = anEpoch()
    const { connection, user } = await aConnection(now, now + 10 * minute)
    await authenticate({ id: connection, user, since: now, tokenExpiresAt: now + 60 * minute })
    expect(await sweepAt(now + 20 * minute)).toEqual([])
    expect(await connections.find(connection)).toBeDefined()
  })

  it('[AUTH-7] notes a renewal in the register, so that the connection is not due every minute', async () => {
    const now = anEpoch()
    const { connection, user } = await aConnection(now, now + 10 * minute)
    await authenticate({ id: connection, user, since: now, tokenExpiresAt: now + 60 * minute })
    await sweepAt(now + 5 * minute)
    expect(await register.find({ id: connection, openedAt: now })).toMatchObject({
      user,
      tokenExpiresAt: now + 60 * minute,
    })
  })

  it('[AUTH-7] does not register a connection again that has been removed', async () => {
    const ref = { id: `${id()}=`, openedAt: anEpoch() }
    await register.renew(ref, ref.openedAt + minute)
    expect(await register.find(ref)).toBeUndefined()
  })

  it('[AUTH-7] [AUTH-10] continues after a check that fails, reports it, and fails at the end', async () => {
    const now = anEpoch()
    const late = [await aConnection(now), await aConnection(now + 1)]
    const expired = [await aConnection(now, now + minute), await aConnection(now + 1, now + minute)]
    const { deps, posted } = at(now + 2 * minute)
    const reported: unknown[] = []
    const broken = [late[0]?.connection, expired[0]?.connection]
    const poster = {
      ...deps.poster,
      post: async (id: string, frame: string) =>
        broken.includes(id) ? await fail() : await deps.poster.post(id, frame),
    }
    const report = (error: unknown) => void reported.push(error)
    await expect(sweep({ ...deps, poster, report })).rejects.toThrow('2 checks')
    expect(reported).toEqual([new Error('down'), new Error('down')])
    expect(posted).toEqual([
      ...unauthorized(late[1]?.connection ?? ''),
      [expired[1]?.connection, 'token_expired'],
      [expired[1]?.connection, 'closed'],
    ])
  })

  it('[AUTH-15] keeps the connections of a former administrator whose dismissal cannot be queued', async () => {
    const now = anEpoch()
    const [former, other] = [await aConnection(now, now + minute), await aConnection(now + 1, now + minute)]
    await users.removeUser(former.user)
    const { deps } = at(now + 2 * minute)
    const tasks = { send: fail }
    const report = () => undefined
    await expect(sweep({ ...deps, tasks, report })).rejects.toThrow('checks')
    expect([await former.isStored(), await other.isStored()]).toEqual([true, false])
  })

  it('[PUSH-7] looks back less far than the rows of connections are kept', async () => {
    const now = anEpoch()
    const { deps } = at(now)
    const looked: number[] = []
    const openedBetween = async (from: number) => {
      looked.push(now - from)
      return []
    }
    await sweep({ ...deps, register: { ...register, openedBetween } })
    expect(CONNECTION_ROW_TTL_SECONDS * 1000).toBeGreaterThan(Math.max(...looked) + 60 * minute)
  })

  it('[PUSH-7] keeps the entry of a connection whose own row cannot be read yet', async () => {
    const now = anEpoch() + 1000
    const { connection, isRegistered } = await aConnection(now, now + 60 * minute)
    await connections.remove(connection)
    const { deps } = at(now + minute)
    await sweep(deps)
    expect(await isRegistered()).toBe(true)
  })

  it('[PUSH-7] cleans up a connection whose $disconnect never arrived, within five minutes', async () => {
    const now = anEpoch()
    const { connection, isRegistered, isStored } = await aConnection(now, now + 24 * 60 * minute)
    expect(await sweepAt(now + 6 * minute)).toEqual([])
    expect(await isStored()).toBe(true)
    await sweepAt(now + 11 * minute, [connection])
    expect([await isRegistered(), await isStored()]).toEqual([false, false])
  })

  it('[PUSH-7] checks every connection in the minute in which it finds the first that is gone', async () => {
    const now = anEpoch()
    const lost = await Promise.all([0, 1, 2, 3, 4].map((n) => aConnection(now + n * 1000, now + 60 * minute)))
    const { deps } = at(
      now + 10 * minute,
      lost.map(({ connection }) => connection),
    )
    await sweep(deps)
    expect(await Promise.all(lost.map(({ isStored }) => isStored()))).toEqual(Array(5).fill(false))
  })

  it('[PUSH-7] cleans up a connection that is older than API Gateway allows', async () => {
    const now = anEpoch()
    const { isRegistered, isStored } = await aConnection(now, now + 24 * 60 * minute)
    await sweepAt(now + 126 * minute)
    expect([await isRegistered(), await isStored()]).toEqual([false, false])
  })

  it('[PUSH-7] finishes a cleanup that crashed, and nothing can be added in the meantime', async () => {
    const now = anEpoch()
    const expiresAt = now + 60 * minute
    const { connection, user, isRegistered, isStored } = await aConnection(now, expiresAt)
    const { conversation, joined } = await aJoinedConversation(user, connection, expiresAt, now)
    await connections.markClosing(connection)
    expect(await stores.subscriptions.join(conversation, user, connection, expiresAt, now)).toBe(
      'not_connected',
    )
    expect(await authenticate({ id: connection, user, since: now, tokenExpiresAt: expiresAt })).toBe(false)
    await sweepAt(now + 5 * minute)
    expect(await joined()).toBe(0)
    expect([await isRegistered(), await isStored()]).toEqual([false, false])
  })

  it('[PUSH-7] removes the entry of a connection from the register if a cleanup crashed just before', async () => {
    const now = anEpoch()
    const { connection, isRegistered } = await aConnection(now, now + 60 * minute)
    await connections.remove(connection)
    await sweepAt(now + 5 * minute)
    expect(await isRegistered()).toBe(false)
  })

  it.each([
    [
      'demoted',
      (user: string) =>
        users.importUsers([{ id: user, firstname: '', lastname: '', email: '', role: 'user' }]),
    ],
    ['removed', (user: string) => users.removeUser(user)],
  ])(
    '[AUTH-15] [REMOVED-4] closes the connections of a user who was %s in the table, within five minutes, and queues the dismissal',
    async (_how, change) => {
      const now = anEpoch()
      const { connection, user, isStored } = await aConnection(now, now + 60 * minute)
      const { joined } = await aJoinedConversation(user, connection, now + 60 * minute, now)
      await change(user)
      const { deps, posted, sent } = at(now + 5 * minute)
      await sweep(deps)
      expect(posted).toEqual([[connection, 'closed']])
      const dismissal = { task: 'dismiss', user, at: now + 5 * minute }
      expect(sent.filter(({ task }) => task === 'dismiss')).toEqual([dismissal, dismissal])
      expect([await isStored(), await joined()]).toEqual([false, 0])
    },
  )

  it('[PRESENCE-2] requests presence if a connect was missed, and only then', async () => {
    const now = anEpoch()
    const { connection, user } = await aConnection(now, now + 10 * minute)
    const requests = async () => {
      const requested: Task[] = []
      for (let minutes = 0; minutes < 5; minutes++) {
        const { deps, sent } = at(now + minutes * minute)
        await sweep(deps)
        requested.push(...sent)
      }
      return requested
    }
    expect(await requests()).toEqual([{ task: 'presence', user }])
    const before = await stores.presence.find(user)
    const checkAt = now + 11 * minute
    const online = { ...before, online: true, announced: true, checkAt, version: before.version + 1 }
    expect(await stores.presence.write(user, online)).toBe(true)
    expect(await requests()).toEqual([])
    expect(await connections.find(connection)).toBeDefined()
  })
})

describe('the cleanup of a connection', () => {
  it('[PUSH-7] [PRESENCE-2] by the worker removes every row and computes presence', async () => {
    const now = anEpoch()
    const { connection, user, isRegistered, isStored } = await aConnection(now, now + 60 * minute)
    const { joined } = await aJoinedConversation(user, connection, now + 60 * minute, now)
    const before = await stores.presence.find(user)
    await stores.presence.write(user, { ...before, online: true, version: before.version + 1 })
    const { deps } = at(now + 2000)
    for (let attempts = 0; attempts < 2; attempts++) {
      await finishCleanup(deps, { connection, user, at: now + 1000 })
    }
    expect([await isRegistered(), await isStored(), await joined()]).toEqual([false, false, 0])
    expect(await stores.presence.find(user)).toMatchObject({ online: false, lastSeen: now + 1000 })
  })

  it('[PUSH-7] does nothing for an unknown connection, or the second time', async () => {
    const { connection } = await aConnection(anEpoch())
    for (const gone of [connection, connection, 'never='])
      await cleanUpConnection({ ...stores, ...quiet }, gone)
    expect(await connections.inspect(connection)).toBeUndefined()
  })
})
