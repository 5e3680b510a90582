import { randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { cleanUpConnection } from '../../../lambdas/chat/connections/cleanup.ts'
import { expireUnauthenticated, sweep } from '../../../lambdas/chat/connections/sweep.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { openStores, quiet } from '../../support/stores.ts'

const stores = openStores()
const { connections, authenticate } = stores
const id = () => randomBytes(11).toString('base64url')
const minute = 60_000
/** Each test uses its own time, far from the real one, so that no sweep finds another test's connections. */
let epoch = Date.parse('2030-01-01T00:00:00Z')
const anEpoch = () => (epoch += 30 * 24 * 60 * minute)

function at(now: number) {
  const posted: [string, string][] = []
  const deps = {
    ...stores,
    ...quiet,
    poster: {
      post: async (connection: string, frame: string) => {
        posted.push([connection, JSON.parse(frame).code])
        return 'delivered' as const
      },
      close: async (connection: string) => void posted.push([connection, 'closed']),
    },
    now: () => now,
  }
  return { deps, posted }
}

/** After this time, nothing is added to the previous minute. */
const settleMs = 20_000

/** Sweeps as if the previous sweep had been one minute earlier. */
async function sweepAt(now: number) {
  const { deps, posted } = at(now + settleMs)
  await stores.sweepSchedule.markSwept(Math.floor(now / minute) - 2)
  await sweep(deps)
  return posted
}

async function aConnection(now: number, tokenExpiresAt?: number) {
  const connection = `${id()}=`
  const user = id()
  await connections.open(connection, now)
  await stores.sweepSchedule.add(connection, now)
  if (tokenExpiresAt)
    await authenticate({ id: connection, user: user, since: now, tokenExpiresAt: tokenExpiresAt })
  return { connection, user }
}

describe('the end of a connection', () => {
  it('[AUTH-10] the deadline posts an error to a connection that has not authenticated, cleans it up and closes it, and skips others', async () => {
    const now = anEpoch()
    const [idle, busy] = [await aConnection(now), await aConnection(now, now + minute)]
    const { deps, posted } = at(now + 15_000)
    for (const { connection } of [idle, busy, idle]) await expireUnauthenticated(deps, connection)
    expect(posted).toEqual([
      [idle.connection, 'unauthorized'],
      [idle.connection, 'closed'],
    ])
    expect(await connections.inspect(idle.connection)).toBeUndefined()
    expect(await connections.find(busy.connection)).toBeDefined()
  })

  it('[AUTH-10] the error is posted before the cleanup, which ends before the close', async () => {
    const now = anEpoch()
    const { connection } = await aConnection(now)
    const { deps } = at(now + 15_000)
    const steps: unknown[] = []
    const exists = async () => (await connections.inspect(connection)) !== undefined
    const poster = {
      post: async (_id: string, frame: string) => {
        steps.push([JSON.parse(frame), await exists()])
        return 'delivered' as const
      },
      close: async () => void steps.push(['closed', await exists()]),
    }
    await expireUnauthenticated({ ...deps, poster }, connection)
    const error = { type: 'error', code: 'unauthorized', message: 'not authenticated within 15 s' }
    expect(steps).toEqual([
      [expect.objectContaining(error), true],
      ['closed', false],
    ])
  })

  it('[AUTH-10] the sweep does the same if the deadline task was lost', async () => {
    const now = anEpoch()
    const { connection } = await aConnection(now)
    expect(await sweepAt(now + minute)).toEqual([
      [connection, 'unauthorized'],
      [connection, 'closed'],
    ])
    expect(await connections.inspect(connection)).toBeUndefined()
  })

  it('F18: the sweep skips a minute to which a slow handshake may still add a connection', async () => {
    const now = anEpoch()
    await stores.sweepSchedule.markSwept(Math.floor(now / minute) - 1)
    await sweep(at(now + minute + settleMs - 1).deps)
    const { connection } = await aConnection(now)
    const { deps, posted } = at(now + minute + settleMs)
    await sweep(deps)
    expect(posted).toEqual([
      [connection, 'unauthorized'],
      [connection, 'closed'],
    ])
  })

  it('[AUTH-7] the sweep posts an error to a connection and closes it a minute after its token expired', async () => {
    const now = anEpoch()
    const { connection, user } = await aConnection(now, now + 10 * minute)
    expect(await sweepAt(now + minute)).toEqual([])
    expect(await sweepAt(now + 12 * minute)).toEqual([
      [connection, 'token_expired'],
      [connection, 'closed'],
    ])
    expect(await connections.userConnections(user)).toEqual([])
  })

  it('[PUSH-7] the sweep cleans up a connection whose $disconnect never arrived', async () => {
    const now = anEpoch()
    const { connection, user } = await aConnection(now, now + 24 * 60 * minute)
    expect(await sweepAt(now + minute)).toEqual([])
    expect(await sweepAt(now + 126 * minute)).toEqual([])
    expect(await connections.inspect(connection)).toBeUndefined()
    expect(await connections.userConnections(user)).toEqual([])
  })

  it('[PUSH-7] the sweep finishes a cleanup that crashed, and nothing can be added in the meantime', async () => {
    const now = anEpoch()
    const { connection, user } = await aConnection(now, now + 60 * minute)
    const conversation = id()
    for (const Item of newConversationRows(conversation, [user], new Date(now).toISOString())) {
      await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
    }
    await stores.subscriptions.join(conversation, user, connection, now + 60 * minute)
    await connections.markClosing(connection)
    expect(await stores.subscriptions.join(conversation, user, connection, now + 60 * minute)).toBe(
      'not_connected',
    )
    expect(
      await authenticate({
        id: connection,
        user: user,
        since: now,
        tokenExpiresAt: now + minute,
      }),
    ).toBe(false)
    expect(await connections.find(connection)).toBeUndefined()
    await sweepAt(now + minute)
    const participants = await stores.conversations.participants(conversation)
    expect(participants.get(user)?.joined.size).toBe(0)
    expect(await connections.userConnections(user)).toEqual([])
    expect(await connections.inspect(connection)).toBeUndefined()
  })

  it('[PRESENCE-2] the sweep requests presence for each new connection, in case the connect was missed', async () => {
    const now = anEpoch()
    const { connection, user } = await aConnection(now, now + 10 * minute)
    const { deps } = at(now + minute + settleMs)
    const sent: unknown[] = []
    await stores.sweepSchedule.markSwept(Math.floor(now / minute) - 1)
    await sweep({ ...deps, tasks: { send: async (task) => void sent.push(task) } })
    expect(sent).toEqual([{ task: 'presence', user }])
    expect(await connections.find(connection)).toBeDefined()
  })

  it('[PUSH-7] cleaning up a connection twice, or an unknown one, does nothing', async () => {
    const { connection } = await aConnection(anEpoch())
    for (const gone of [connection, connection, 'never='])
      await cleanUpConnection({ ...stores, ...quiet }, gone)
    expect(await connections.inspect(connection)).toBeUndefined()
  })
})
