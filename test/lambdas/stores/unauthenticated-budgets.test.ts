import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newMemory } from '../../../lambdas/memory.ts'
import { dispatch } from '../../../lambdas/websocket/dispatch.ts'
import { frameHandlers } from '../../../lambdas/websocket/handlers.ts'
import { defaultRates, limits } from '../../../protocol/limits.ts'
import { testKey } from '../../support/constants.ts'
import { meter } from '../../support/meter.ts'
import { openStores, quiet } from '../../support/stores.ts'

const stores = openStores()
const counted = meter(stores.db)
const now = Date.now()
const id = () => randomBytes(11).toString('base64url')

/** A connection that opened three seconds ago and has not authenticated, so that no join waits for it any longer. */
async function aStranger() {
  const [connection, openedAt] = [`${id()}=`, now - 3000]
  await stores.register.add({ id: connection, openedAt })
  const closed: string[] = []
  const poster = { ...counted.poster, close: async (id: string) => void closed.push(id) }
  const secrets = { current: async () => [testKey] }
  const deps = { ...stores, ...quiet, secrets, poster, memory: newMemory(), rates: defaultRates }
  const handlers = frameHandlers(deps)
  /** Resolves with the database calls that a frame caused. */
  const databaseCalls = async (body: string, routeKey: string) => {
    const requestContext = {
      routeKey,
      eventType: 'MESSAGE' as const,
      connectionId: connection,
      connectedAt: openedAt,
      requestTimeEpoch: now,
    }
    const calls = await counted.callsOf(() => dispatch(deps, handlers, { requestContext, body }))
    return calls.filter(({ name }) => !name.startsWith('post')).map(({ name, read }) => [name, read])
  }
  return { databaseCalls, closed }
}

const oneRead = [['GetItem', 1]]
const conversation_id = id()
const frames: Readonly<Record<string, object>> = {
  join_conversation: { conversation_id, after_seq: 0 },
  leave_conversation: { conversation_id },
  send_message: { conversation_id, message: { content: 'hi' }, client_message_id: 'key' },
  mark_read: { conversation_id, seq: 1 },
  typing: { conversation_id, is_typing: true },
  ping: {},
}

describe('the cost of a frame on a connection that has not authenticated', () => {
  it.each(Object.entries(frames))('[CONN-2] is one read and no write for %s', async (type, fields) => {
    const { databaseCalls } = await aStranger()
    expect(await databaseCalls(JSON.stringify({ type, ...fields }), type)).toEqual(oneRead)
  })

  it.each([
    ['malformed', '{'],
    ['of an unknown type', '{"type":"x"}'],
    ['too large', ' '.repeat(limits.frameBytes + 1)],
  ])('[CONN-2] is one read and no write for a frame that is %s', async (_, body) => {
    const { databaseCalls } = await aStranger()
    expect(await databaseCalls(body, '$default')).toEqual(oneRead)
  })

  it('[CONN-5] does not grow until the tenth frame closes the connection', async () => {
    const { databaseCalls, closed } = await aStranger()
    for (let n = 1; n <= 10; n++) {
      expect(closed).toEqual([])
      expect(await databaseCalls('{"type":"ping"}', 'ping')).toEqual(oneRead)
    }
    expect(closed).toHaveLength(1)
  })
})
