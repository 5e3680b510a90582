import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { newMemory } from '../../../lambdas/memory.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { dispatch } from '../../../lambdas/websocket/dispatch.ts'
import { frameHandlers } from '../../../lambdas/websocket/handlers.ts'
import { defaultRates, limits } from '../../../protocol/limits.ts'
import { testKey } from '../../support/constants.ts'
import { meter } from '../../support/meter.ts'
import { putConversationRows, storeMessages } from '../../support/rows.ts'
import { openStores, quiet } from '../../support/stores.ts'
import { tokenFor } from '../../support/tokens.ts'

/** What one connection may cause within a second, whatever frames it sends. */
const MAX_CALLS_PER_SECOND = 160
const MAX_UNITS_PER_SECOND = 400

const id = () => randomBytes(11).toString('base64url')
const now = Date.now()
const hour = 3_600_000
const [ada, bob] = [`ada-${id()}`, `bob-${id()}`]
const connection = `${id()}=`
const conversations = Array.from({ length: limits.joinedConversations }, id)
const [first = '', long = ''] = conversations

const stores = openStores()
const counted = meter(stores.db)
const deps = {
  ...stores,
  ...quiet,
  secrets: { current: async () => [testKey] },
  poster: counted.poster,
  memory: newMemory(),
  rates: defaultRates,
  newId: () => randomBytes(16).toString('base64url'),
}
let at = now

/** Handles a frame when the connection is not ahead of its rate, and resolves with the route response. */
async function handle(frame: object | string, memory = deps.memory) {
  at += 60_000
  const isText = typeof frame === 'string'
  const requestContext = {
    routeKey: isText ? '$default' : String((frame as { type?: string }).type),
    eventType: 'MESSAGE' as const,
    connectionId: connection,
    connectedAt: now - hour,
    requestTimeEpoch: at,
  }
  const event = { requestContext, body: isText ? frame : JSON.stringify(frame) }
  const { body = '{}' } = await dispatch({ ...deps, memory }, frameHandlers({ ...deps, memory }), event)
  return JSON.parse(body)
}

async function costOf(frame: object | string) {
  const calls = (await counted.callsOf(() => handle(frame))).filter(({ name }) => !name.startsWith('post'))
  const { heardAt = 0 } = (await stores.connections.find(connection)) ?? {}
  return {
    calls: calls.length,
    units: calls.reduce((sum, { read, write }) => sum + read + write, 0),
    /** How many frames it was counted as. */
    frames: Math.round(((heardAt - at) / 1000) * defaultRates.frames.perSecond),
  }
}

beforeAll(async () => {
  const createdAt = new Date(now).toISOString()
  await putConversationRows(
    conversations.flatMap((conversation) => newConversationRows(conversation, [ada, bob], createdAt)),
  )
  await stores.register.add({ id: connection, openedAt: now })
  await stores.authenticate({ id: connection, user: ada, since: now, tokenExpiresAt: now + 24 * hour })
  for (const conversation of conversations) {
    await stores.subscriptions.join(conversation, ada, connection, now + 24 * hour, now)
  }
}, 60_000)

const send = (rest: object) => ({
  type: 'send_message',
  conversation_id: first,
  message: { content: 'hi' },
  ...rest,
})

const frames: readonly (readonly [name: string, frames: number, frame: () => object | string])[] = [
  ['ping with a hundred joined conversations', 11, () => ({ type: 'ping' })],
  ['join_conversation', 1, () => ({ type: 'join_conversation', conversation_id: first, after_seq: 0 })],
  [
    'join_conversation with a page of long messages',
    104,
    () => ({ type: 'join_conversation', conversation_id: long, after_seq: 0 }),
  ],
  [
    'authenticate with a hundred joined conversations',
    101,
    () => ({ type: 'authenticate', token: tokenFor(ada) }),
  ],
  ['leave_conversation', 1, () => ({ type: 'leave_conversation', conversation_id: 'unknown' })],
  ['typing', 1, () => ({ type: 'typing', conversation_id: first, is_typing: true })],
  ['mark_read', 1, () => ({ type: 'mark_read', conversation_id: first, seq: 1 })],
  ['send_message with a used key', 1, () => send({ client_message_id: 'used' })],
  ['send_message in conflict', 1, () => send({ client_message_id: 'used', message: { content: 'other' } })],
  ['send_message with a foreign sender', 1, () => send({ sender_id: 'someone' })],
  ['send_message to an unknown conversation', 1, () => send({ conversation_id: 'unknown' })],
  ['a malformed frame', 1, () => '{'],
]

describe('what one connection may cause per second', () => {
  beforeAll(async () => {
    // From now on the container knows the logs, and the key has been used.
    await handle({ type: 'ping' })
    await handle(send({ client_message_id: 'used' }))
    await storeMessages(long, bob, 1, Array(limits.pageMessages + 1).fill('x'.repeat(limits.contentBytes)))
  })

  it.each(frames)('[RATE-1] [RATE-7] [RATE-8] is bounded for %s', async (_name, cost, frame) => {
    const { calls, units, frames } = await costOf(frame())
    expect(frames).toBe(cost)
    const perSecond = defaultRates.frames.perSecond / frames
    expect(calls * perSecond).toBeLessThanOrEqual(MAX_CALLS_PER_SECOND)
    expect(units * perSecond).toBeLessThanOrEqual(MAX_UNITS_PER_SECOND)
  })

  it.each([
    ['a malformed frame', '{'],
    ['send_message with a foreign sender', send({ sender_id: 'someone' })],
  ])(
    '[RATE-1] [RATE-8] a container that knows the connection refuses %s for one call',
    async (_name, frame) => {
      await handle(frame)
      expect((await costOf(frame)).calls).toBe(1)
    },
  )

  it('[RATE-1] a stored message is not counted as a frame', async () => {
    expect((await costOf(send({}))).frames).toBeLessThanOrEqual(0)
  })

  it('[RATE-7] a container reads the end of each log once, and then all of them in two calls', async () => {
    deps.memory.seqs.clear()
    const [cold, warm] = [await costOf({ type: 'ping' }), await costOf({ type: 'ping' })]
    expect(cold.calls).toBeGreaterThanOrEqual(limits.joinedConversations)
    expect(warm.calls).toBe(4)
  })

  it('[PING-1] a ping shows what others have written since the container last read a log', async () => {
    const latest = async () => (await handle({ type: 'ping' }))['heads'][first]
    const before = await latest()
    for (let n = 1; n <= 3; n++) {
      for (let messages = 0; messages < n; messages++) await handle(send({}), newMemory())
      expect(await latest()).toBe(before + (n * (n + 1)) / 2)
    }
  })
})
