import { randomBytes, randomUUID } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { eventUnits } from '../../../cli/admin/cost/counted-work.ts'
import { refreshPresence } from '../../../lambdas/chat/connections/compute-presence.ts'
import { closeUnauthenticated } from '../../../lambdas/chat/connections/deadline.ts'
import { finishCleanup } from '../../../lambdas/chat/connections/disconnect.ts'
import { sweep } from '../../../lambdas/chat/connections/sweep.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import type { Task } from '../../../lambdas/model.ts'
import { newConnectionRow } from '../../../lambdas/stores/connection-row.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { connect } from '../../../lambdas/websocket/connect.ts'
import { disconnect } from '../../../lambdas/websocket/disconnect.ts'
import type { SocketEvent } from '../../../lambdas/websocket/event.ts'
import { allFeatures } from '../../../protocol/features.ts'
import { defaultRates, limits } from '../../../protocol/limits.ts'
import { meter, summary } from '../../support/meter.ts'
import { openStores, quiet } from '../../support/stores.ts'

const id = () => randomBytes(11).toString('base64url')
const minute = 60_000
/** Far from the real time and from that of other tests, so that no sweep finds their connections. */
const epoch = Date.parse('2034-01-01T00:00:00Z')

const stores = openStores()
const counted = meter(stores.db)
const rules = { allowedOrigins: [], connectionsPerAddress: 300, site: { secret: 'x', only: false } }

/** The dependencies of the functions at a time, with the tasks that they queue. */
function at(now: number) {
  const tasks: Task[] = []
  const deps = {
    ...stores,
    ...quiet,
    tasks: { send: async (task: Task) => void tasks.push(task) },
    poster: counted.poster,
    memory: newMemory(),
    now: () => now,
  }
  return { deps, tasks }
}

async function unitsOf(work: () => Promise<unknown>) {
  const { readUnits, writeUnits } = summary(await counted.callsOf(work))
  return { readUnits, writeUnits }
}

const eventOf = (connectionId: string, connectedAt: number): SocketEvent => ({
  requestContext: {
    routeKey: '$connect',
    eventType: 'CONNECT',
    connectionId,
    connectedAt,
    requestTimeEpoch: connectedAt,
    identity: { sourceIp: '192.0.2.1' },
  },
})

/** A connection that has authenticated and joined a conversation of two. */
async function aConnection(openedAt: number) {
  const [connection, user, conversation] = [`${id()}=`, `ada-${id()}`, id()]
  await stores.register.add({ id: connection, openedAt })
  const tokenExpiresAt = openedAt + 60 * minute
  await stores.authenticate({ id: connection, user, since: openedAt, tokenExpiresAt })
  for (const Item of newConversationRows(conversation, [user, 'bob'], new Date(openedAt).toISOString())) {
    await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
  }
  await stores.subscriptions.join(conversation, user, connection, tokenExpiresAt, openedAt)
  await refreshPresence(at(openedAt).deps, { user })
  return { connection, user }
}

describe('the cost of a connection', () => {
  it('that opens, and queues one task', async () => {
    const { deps, tasks } = at(epoch)
    expect(await unitsOf(() => connect(deps, rules, eventOf(`${id()}=`, epoch)))).toEqual(eventUnits.connect)
    expect(tasks.map(({ task }) => task)).toEqual(['auth_deadline'])
  })

  it('whose deadline to authenticate has passed', async () => {
    const openedAt = epoch + 60 * minute
    await aConnection(openedAt)
    const { deps } = at(openedAt + minute)
    const deadline = () => closeUnauthenticated(deps, { slot: openedAt })
    expect(await unitsOf(deadline)).toEqual(eventUnits.deadline)
  })

  it('that closes, and queues one task, which removes its rows', async () => {
    const openedAt = epoch + 120 * minute
    const { connection } = await aConnection(openedAt)
    const { deps, tasks } = at(openedAt + minute)
    const close = () => disconnect(deps, eventOf(connection, openedAt))
    expect(await unitsOf(close)).toEqual(eventUnits.disconnect)
    const [task] = tasks
    if (task?.task !== 'cleanup') throw new Error(`queued ${task?.task}`)
    // Presence is counted apart.
    const features = { ...allFeatures, presence: false }
    expect(await unitsOf(() => finishCleanup({ ...deps, features }, task))).toEqual(eventUnits.cleanup)
  })
})

/** An open connection of a user whose id is a UUID, in the row that a frame is counted on. */
async function joinedConnection(conversations: number) {
  const [connection, user] = [randomBytes(11).toString('base64'), randomUUID()]
  const since = epoch
  const row = newConnectionRow({ id: connection, user, since, tokenExpiresAt: since + 60 * minute }, since)
  const joined = new Set(Array.from({ length: conversations }, () => randomBytes(16).toString('base64url')))
  const Item = conversations > 0 ? { ...row, joined } : row
  await stores.db.send(new PutCommand({ TableName: stores.tables.connections, Item }))
  return connection
}

describe('the write that counts a frame', () => {
  it.each([
    [0, 1],
    [38, 1],
    [39, 2],
    [85, 2],
    [86, 3],
    [limits.joinedConversations, 3],
  ])('on a connection that has joined %s conversations is %s units', async (count, writeUnits) => {
    const connection = await joinedConnection(count)
    const admit = () => stores.connections.admit(connection, defaultRates.frames, epoch + minute)
    expect(await unitsOf(admit)).toEqual({ readUnits: 0, writeUnits })
  })
})

describe('the cost of a sweep', () => {
  it('without connections is a read for each part of the register', async () => {
    expect(await unitsOf(() => sweep(at(epoch + 24 * 60 * minute).deps))).toEqual(eventUnits.idleSweep)
  })

  it('grows by the same for each connection that it checks', async () => {
    const openedAt = epoch + 48 * 60 * minute
    const now = openedAt + 5 * minute
    await aConnection(openedAt)
    const one = await unitsOf(() => sweep(at(now).deps))
    await aConnection(openedAt)
    const two = await unitsOf(() => sweep(at(now).deps))
    expect({
      readUnits: two.readUnits - one.readUnits,
      writeUnits: two.writeUnits - one.writeUnits,
    }).toEqual(eventUnits.sweepCheck)
  })
})
