import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { newMemory } from '../../../lambdas/memory.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { dispatch } from '../../../lambdas/websocket/dispatch.ts'
import { frameHandlers } from '../../../lambdas/websocket/handlers.ts'
import { defaultRates, limits, typingRate } from '../../../protocol/limits.ts'
import { testKey } from '../../support/constants.ts'
import { meter } from '../../support/meter.ts'
import { putConversationRows, storeMessages } from '../../support/rows.ts'
import { openStores, quiet } from '../../support/stores.ts'
import { tokenFor } from '../../support/tokens.ts'

/**
 * What one user may cause within a second with ten connections at the long-term rate, whatever frames they send: about
 * what pings cause, on connections that have joined nine conversations (calls) or a hundred (units). Calls are those to
 * DynamoDB and posts.
 */
const MAX_CALLS_PER_SECOND = 650
const MAX_UNITS_PER_SECOND = 4000

const id = () => randomBytes(11).toString('base64url')
const now = Date.now()
const hour = 3_600_000
const [ada, bob] = [`ada-${id()}`, `bob-${id()}`]
/** One has joined a hundred conversations, one nine, and one none. */
const [full, part, empty] = [`${id()}=`, `${id()}=`, `${id()}=`]
const conversations = Array.from({ length: limits.joinedConversations }, quiet.newId)
const [first = '', long = '', group = '', longGroup = '', second = ''] = conversations
/** In two, ada is far over the message rate; in the third, sixteen writers are waiting. */
const [fast = '', fastGroup = '', busy = ''] = conversations.slice(5)
const groups = [group, longGroup, fastGroup]
const others = Array.from({ length: limits.groupParticipants - 1 }, (_, n) => `other${n}-${id()}`)
const tenConnections = () => Array.from({ length: limits.connectionsPerUser }, () => `${id()}=`)

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
async function handle(frame: object | string, memory = deps.memory, connection = full) {
  at += 60_000
  return await handleNow(frame, memory, connection)
}

async function handleNow(frame: object | string, memory = deps.memory, connection = full) {
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

/** The cost of what is done when the connection is not ahead of its rate. */
async function costOf(work: () => Promise<unknown>, connection = full) {
  at += 60_000
  const calls = await counted.callsOf(work)
  const { heardAt = 0 } = (await stores.connections.find(connection)) ?? {}
  return {
    calls: calls.length,
    posts: calls.filter(({ name }) => name.startsWith('post')).length,
    units: calls.reduce((sum, { read, write }) => sum + read + write, 0),
    /** How many frames it was counted as. */
    frames: Math.round(((heardAt - at) / 1000) * defaultRates.frames.perSecond),
  }
}

/** The rows of a group of a hundred, in which each of the others has ten connections that have joined. */
const groupRows = (conversation: string, createdAt: string) =>
  newConversationRows(conversation, [ada, ...others], createdAt, { creator: ada }).map((row) =>
    'joined' in row && row['user'] !== ada
      ? { ...row, joined: Object.fromEntries(tenConnections().map((other) => [other, now + 24 * hour])) }
      : row,
  )

beforeAll(async () => {
  const createdAt = new Date(now).toISOString()
  const pairs = conversations.filter((conversation) => !groups.includes(conversation))
  await putConversationRows([
    ...pairs.flatMap((conversation) => newConversationRows(conversation, [ada, bob], createdAt)),
    ...groups.flatMap((conversation) => groupRows(conversation, createdAt)),
  ])
  const joined = { [full]: conversations, [part]: conversations.slice(0, 9), [empty]: [] }
  for (const [connection, ids] of Object.entries(joined)) {
    await stores.register.add({ id: connection, openedAt: now })
    await stores.authenticate({ id: connection, user: ada, since: now, tokenExpiresAt: now + 24 * hour })
    for (const conversation of ids) {
      await stores.subscriptions.join(conversation, ada, connection, now + 24 * hour, now)
    }
  }
  // Both have ten connections that have joined the pair, so that a read cursor is pushed to nineteen.
  for (const [user, count] of [
    [ada, 7],
    [bob, 10],
  ] as const) {
    for (const connection of tenConnections().slice(0, count)) {
      await stores.register.add({ id: connection, openedAt: now })
      await stores.authenticate({ id: connection, user, since: now, tokenExpiresAt: now + 24 * hour })
      await stores.subscriptions.join(first, user, connection, now + 24 * hour, now)
    }
  }
}, 60_000)

const send = (rest: object) => ({
  type: 'send_message',
  conversation_id: first,
  message: { content: 'hi' },
  ...rest,
})
const join = (conversation_id: string) => ({ type: 'join_conversation', conversation_id, after_seq: 0 })
const leave = (conversation_id: string) => ({ type: 'leave_conversation', conversation_id })
const markRead = (conversation_id: string, seq: number) => ({ type: 'mark_read', conversation_id, seq })
const typing = { type: 'typing', conversation_id: group, is_typing: true }
const used = { client_message_id: 'used' }
let read = 0

/** What is sent, and how many frames it is counted as. */
type Kind = [
  name: string,
  cost: number,
  frames: () => readonly (object | string)[],
  connection?: string | undefined,
]

const kinds: Kind[] = [
  ['ping with a hundred joined conversations', 11, () => [{ type: 'ping' }]],
  ['ping with nine joined conversations', 1, () => [{ type: 'ping' }], part],
  ['join_conversation again', 3, () => [join(first)]],
  ['join_conversation again, in a large group', 3, () => [join(group)]],
  ['join_conversation again, with a page of long messages', 106, () => [join(long)]],
  ['leave_conversation and join_conversation', 4, () => [leave(second), join(second)]],
  ['leave_conversation and join_conversation, in a large group', 4, () => [leave(group), join(group)]],
  ['leave_conversation without having joined', 3, () => [leave('unknown')]],
  [
    'authenticate with a hundred joined conversations',
    102,
    () => [{ type: 'authenticate', token: tokenFor(ada) }],
  ],
  [
    'authenticate without joined conversations',
    2,
    () => [{ type: 'authenticate', token: tokenFor(ada) }],
    empty,
  ],
  ['mark_read of what is read', 2, () => [markRead(first, 1)]],
  ['mark_read of what is new', 8, () => [markRead(first, ++read)]],
  ['mark_read in a long log of a large group', 104, () => [markRead(longGroup, 0)]],
  [
    'typing in a pair whose users have ten connections each',
    4,
    () => [{ ...typing, conversation_id: first }],
  ],
  ['typing in a large group', 331, () => [typing]],
  ['mark_read in an unknown conversation', 2, () => [markRead('unknown', 1)]],
  ['send_message with a used key', 3, () => [send(used)]],
  ['send_message with a used key, in a large group', 13, () => [send({ ...used, conversation_id: group })]],
  ['send_message in conflict', 3, () => [send({ ...used, message: { content: 'other' } })]],
  ['send_message over the message rate', 3, () => [send({ ...used, conversation_id: fast })]],
  [
    'send_message over the message rate, in a large group',
    13,
    () => [send({ ...used, conversation_id: fastGroup })],
  ],
  ['send_message without a key to a busy conversation', 1, () => [send({ conversation_id: busy })]],
  ['send_message with a foreign sender', 1, () => [send({ sender_id: 'someone' })]],
  ['send_message to an unknown conversation', 2, () => [send({ conversation_id: 'unknown' })]],
  ['a malformed frame', 1, () => ['{']],
]

describe('what one user may cause per second with ten connections', () => {
  beforeAll(async () => {
    // The keys have been used, there are messages to read, and the container knows the logs.
    for (const conversation_id of [first, group]) await handle(send({ ...used, conversation_id }))
    for (let n = 0; n < 3; n++) await handle(send({}))
    await handle(markRead(first, ++read))
    const words = Array(limits.pageMessages + 1).fill('x'.repeat(limits.contentBytes))
    for (const conversation of [long, longGroup]) await storeMessages(conversation, others[0] ?? '', 1, words)
    // Written by a clock that is ahead, so that the waiting writers are not taken for crashed.
    const last = {
      kind: 'message',
      seq: 1,
      sender: bob,
      createdAt: new Date(now + hour).toISOString(),
    } as const
    const paid = new Map([[ada, now + 24 * hour]])
    for (const conversation of [fast, fastGroup, busy]) {
      const rest = { id: `1-${conversation}`, content: 'x', ...(conversation !== busy && { paid }) }
      await stores.log.append(conversation, { ...last, ...rest }, '')
    }
    for (let turn = 1; turn <= 16; turn++) await stores.log.takeTurn(busy, turn)
    for (const connection of [full, part]) await handle({ type: 'ping' }, deps.memory, connection)
  })

  it.each(kinds)('[RATE-1] [RATE-7] [RATE-8] is bounded for %s', async (_name, cost, frames, connection) => {
    const caused = await costOf(async () => {
      for (const frame of frames()) await handleNow(frame, deps.memory, connection)
    }, connection)
    expect(caused.frames).toBe(cost)
    const perSecond = (limits.connectionsPerUser * defaultRates.frames.perSecond) / caused.frames
    expect(caused.calls * perSecond).toBeLessThanOrEqual(MAX_CALLS_PER_SECOND)
    expect(caused.units * perSecond).toBeLessThanOrEqual(MAX_UNITS_PER_SECOND)
  })

  it('[RATE-7] a client that reconnects can authenticate, join a hundred conversations and ping at once', async () => {
    const connection = `${id()}=`
    at += 60_000
    await stores.register.add({ id: connection, openedAt: at })
    const frames = [
      { type: 'authenticate', token: tokenFor(ada) },
      ...conversations.map((conversation) => ({ ...join(conversation), after_seq: limits.pageMessages + 1 })),
      { type: 'ping' },
    ]
    const requestContext = { eventType: 'MESSAGE' as const, connectionId: connection, connectedAt: at }
    const handlers = frameHandlers(deps)
    const answers = []
    for (const frame of frames) {
      const context = { ...requestContext, routeKey: frame.type, requestTimeEpoch: at }
      const { body = '{}' } = await dispatch(deps, handlers, {
        requestContext: context,
        body: JSON.stringify(frame),
      })
      answers.push(JSON.parse(body).type)
    }
    expect(answers).toEqual(['authenticated', ...conversations.map(() => 'joined_conversation'), 'pong'])
  })

  it('[RATE-1] [TYPING-4] a dropped typing frame costs one call', async () => {
    at += 60_000
    const inPair = { ...typing, conversation_id: first }
    for (let n = 0; n < typingRate.burst; n++) await handleNow(inPair)
    expect(await counted.callsOf(() => handleNow(inPair))).toHaveLength(1)
  })

  it.each([
    ['a malformed frame', '{'],
    ['send_message with a foreign sender', send({ sender_id: 'someone' })],
  ])(
    '[RATE-1] [RATE-8] a container that knows the connection refuses %s for one call to the database',
    async (_name, frame) => {
      await handle(frame)
      const { calls, posts } = await costOf(() => handleNow(frame))
      expect(calls - posts).toBe(1)
    },
  )

  it('[RATE-1] a frame is counted with a write of at most three units', async () => {
    at += 60_000
    const calls = await counted.callsOf(() => handleNow('{'))
    expect(calls.map(({ name, write }) => [name, write])).toEqual([['UpdateItem', 3]])
  })

  it('[RATE-1] a stored message is not counted as a frame', async () => {
    expect((await costOf(() => handleNow(send({})))).frames).toBeLessThanOrEqual(0)
  })

  it('[RATE-7] a container reads the end of each log once, and then all of them in two calls', async () => {
    deps.memory.seqs.clear()
    const ping = () => costOf(() => handleNow({ type: 'ping' }))
    const [cold, warm] = [await ping(), await ping()]
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
