import { createSecretKey, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { frameUnits, restUnits } from '../../../cli/admin/cost/counted-work.ts'
import { refreshPresence } from '../../../lambdas/chat/connections/compute-presence.ts'
import type { RestDeps } from '../../../lambdas/chat/deps.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import type { AdminRoute } from '../../../lambdas/rest/handler.ts'
import { restHandlers } from '../../../lambdas/rest/handlers.ts'
import { parseCall } from '../../../lambdas/rest/parse-call.ts'
import { frameHandlers } from '../../../lambdas/websocket/handlers.ts'
import { restRoutes } from '../../../protocol/endpoints.ts'
import { type ClientFrame, frameTypes } from '../../../protocol/frames.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { testSecret } from '../../support/constants.ts'
import { frameOn } from '../../support/frames.ts'
import { meter, summary } from '../../support/meter.ts'
import { openStores } from '../../support/stores.ts'
import { tokenFor } from '../../support/tokens.ts'

const id = () => randomBytes(11).toString('base64url')
const [ada, bob, cyd] = ['ada', 'bob', 'cyd'].map((name) => `${name}-${id()}`) as [string, string, string]
const later = Date.now() + 3_600_000
/** Each user has one connection. That of the first sends the frames. */
const connections = { [ada]: `${id()}=`, [bob]: `${id()}=`, [cyd]: `${id()}=` }
const connection = String(connections[ada])

const stores = openStores()
const counted = meter(stores.db)
const deps: RestDeps = {
  ...stores,
  secrets: { current: async () => [createSecretKey(Buffer.from(testSecret))] },
  tokenClaims: {},
  admitCall: () => undefined,
  poster: counted.poster,
  tasks: { send: async () => undefined },
  report: (error) => {
    throw error
  },
  audit: () => undefined,
  memory: newMemory(),
  rates: defaultRates,
  features: { presence: true, typing: true },
  retentionMs: Number.POSITIVE_INFINITY,
  now: Date.now,
  newId: () => randomBytes(16).toString('base64url'),
}
const rest = restHandlers(deps)
const frames = frameHandlers(deps)

const call = async (
  user: string,
  route: AdminRoute,
  path: Readonly<Record<string, string | undefined>> = {},
  body: object = {},
  query: Readonly<Record<string, string>> = {},
) => {
  const event = {
    headers: {},
    pathParameters: path,
    queryStringParameters: query,
    body: JSON.stringify(body),
  }
  const parsed = parseCall(route, { ...event, isBase64Encoded: false })
  const handler = rest[route] as (call: object) => Promise<object>
  return (await handler({ user, ...parsed })) as Readonly<Record<string, string>>
}
const frame = async (frame: ClientFrame) => {
  const handler = frames[frame.type] as (context: object, frame: ClientFrame) => Promise<unknown>
  return await handler({ source: frameOn(connection), reply: async () => undefined }, frame)
}

let conversation = ''
let group = ''

async function befriend(from: string, to: string): Promise<string> {
  const { invitation_id } = await call(from, 'POST /api/admin/chat/invitations', {}, { to_user_id: to })
  const path = { id: invitation_id }
  const accepted = await call(to, 'PUT /api/admin/chat/invitations/{id}/respond', path, { action: 'accept' })
  return String(accepted['conversation_id'])
}

beforeAll(async () => {
  for (const user of [ada, bob, cyd]) {
    await stores.users.importUsers([
      { id: user, firstname: user, lastname: 'B', email: `${user}@x.org`, role: 'admin' },
    ])
  }
  conversation = await befriend(ada, bob)
  const openedAt = Date.now()
  for (const [user, id] of Object.entries(connections)) {
    await stores.register.add({ id, openedAt })
    await stores.authenticate({ id, user, since: openedAt, tokenExpiresAt: later })
    await refreshPresence(deps, { user })
  }
  await stores.subscriptions.join(conversation, bob, String(connections[bob]), later, openedAt)
  for (let n = 0; n < 120; n++) {
    await call(
      n % 2 ? ada : bob,
      'POST /api/admin/chat/conversations/{id}/messages',
      { id: conversation },
      { content: `${n}` },
    )
  }
  const made = await call(ada, 'POST /api/admin/chat/conversations', {}, { user_ids: [bob] })
  group = made['conversation_id'] as unknown as string
  const [invitation] = made['invitations'] as unknown as { id: string }[]
  await call(
    bob,
    'PUT /api/admin/chat/invitations/{id}/respond',
    { id: invitation?.id },
    { action: 'accept' },
  )
}, 60_000)

const pair = () => ({ id: conversation })
const seq = (n: number) => ({ id: conversation, seq: String(n) })

/** A call of each route. Their order matters: each finds what the ones before it have left. */
const routes: Record<AdminRoute, () => Promise<unknown>> = {
  'GET /api/admin/chat/conversations': () => call(ada, 'GET /api/admin/chat/conversations'),
  'POST /api/admin/chat/conversations': () =>
    call(ada, 'POST /api/admin/chat/conversations', {}, { user_ids: [cyd] }),
  'GET /api/admin/chat/conversations/{id}/messages': () =>
    call(ada, 'GET /api/admin/chat/conversations/{id}/messages', pair()),
  'POST /api/admin/chat/conversations/{id}/messages': () =>
    call(ada, 'POST /api/admin/chat/conversations/{id}/messages', pair(), {
      content: 'x',
      client_message_id: id(),
    }),
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}': () =>
    call(ada, 'PATCH /api/admin/chat/conversations/{id}/messages/{seq}', seq(2), { content: 'other words' }),
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}': () =>
    call(ada, 'DELETE /api/admin/chat/conversations/{id}/messages/{seq}', seq(4)),
  'POST /api/admin/chat/conversations/{id}/mark-read': () =>
    call(ada, 'POST /api/admin/chat/conversations/{id}/mark-read', pair(), { seq: 100 }),
  'POST /api/admin/chat/conversations/{id}/invitations': () =>
    call(ada, 'POST /api/admin/chat/conversations/{id}/invitations', { id: group }, { to_user_id: cyd }),
  'GET /api/admin/chat/conversations/{id}/invitations': () =>
    call(ada, 'GET /api/admin/chat/conversations/{id}/invitations', { id: group }),
  'POST /api/admin/chat/conversations/{id}/owner': () =>
    call(ada, 'POST /api/admin/chat/conversations/{id}/owner', { id: group }, { user_id: bob }),
  'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}': () =>
    call(bob, 'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}', {
      id: group,
      user_id: ada,
    }),
  'POST /api/admin/chat/conversations/{id}/leave': () =>
    call(bob, 'POST /api/admin/chat/conversations/{id}/leave', { id: group }),
  'GET /api/admin/chat/invitations': () => call(cyd, 'GET /api/admin/chat/invitations'),
  'POST /api/admin/chat/invitations': () =>
    call(ada, 'POST /api/admin/chat/invitations', {}, { to_user_id: cyd }),
  'PUT /api/admin/chat/invitations/{id}/respond': async () => {
    const [open] = (await stores.invitations.allReceivedBy(cyd)).filter(({ group }) => group === undefined)
    await call(cyd, 'PUT /api/admin/chat/invitations/{id}/respond', { id: open?.id }, { action: 'accept' })
  },
  'DELETE /api/admin/chat/invitations/{id}': async () => {
    const [sent] = (await stores.invitations.sentBy(ada)).listed
    await call(ada, 'DELETE /api/admin/chat/invitations/{id}', { id: sent?.id })
  },
  'GET /api/admin/chat/admins/search': () =>
    // A search for one word; several words may take one more query.
    call(ada, 'GET /api/admin/chat/admins/search', {}, {}, { q: bob.replaceAll('-', '') }),
}

const socket: Record<ClientFrame['type'], () => ClientFrame> = {
  authenticate: () => ({ type: 'authenticate', token: tokenFor(ada) }),
  join_conversation: () => ({ type: 'join_conversation', conversation_id: conversation, after_seq: 110 }),
  ping: () => ({ type: 'ping' }),
  typing: () => ({ type: 'typing', conversation_id: conversation, is_typing: true }),
  mark_read: () => ({ type: 'mark_read', conversation_id: conversation, seq: 110 }),
  send_message: () => ({ type: 'send_message', conversation_id: conversation, message: { content: 'x' } }),
  leave_conversation: () => ({ type: 'leave_conversation', conversation_id: conversation }),
}

/** Calls to DynamoDB, the longest chain of round trips, and posts; for a frame, without the acknowledgment. */
type Work = readonly [calls: number, roundTrips: number, posts: number]

/** Besides the read that checks the caller. */
const restWork: Record<AdminRoute, Work> = {
  'GET /api/admin/chat/conversations': [8, 5, 0],
  'POST /api/admin/chat/conversations': [8, 9, 3],
  'GET /api/admin/chat/conversations/{id}/messages': [2, 2, 0],
  'POST /api/admin/chat/conversations/{id}/messages': [4, 3, 2],
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}': [6, 6, 2],
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}': [6, 6, 2],
  'POST /api/admin/chat/conversations/{id}/mark-read': [5, 6, 2],
  'POST /api/admin/chat/conversations/{id}/invitations': [11, 12, 2],
  'GET /api/admin/chat/conversations/{id}/invitations': [6, 6, 0],
  'POST /api/admin/chat/conversations/{id}/owner': [8, 8, 2],
  'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}': [11, 8, 2],
  'POST /api/admin/chat/conversations/{id}/leave': [10, 6, 1],
  'GET /api/admin/chat/invitations': [3, 3, 0],
  'POST /api/admin/chat/invitations': [4, 5, 2],
  'PUT /api/admin/chat/invitations/{id}/respond': [9, 9, 4],
  'DELETE /api/admin/chat/invitations/{id}': [4, 5, 2],
  'GET /api/admin/chat/admins/search': [2, 2, 0],
}

const frameWork: Record<ClientFrame['type'], Work> = {
  authenticate: [4, 3, 0],
  join_conversation: [5, 4, 0],
  ping: [3, 3, 0],
  typing: [2, 3, 1],
  mark_read: [5, 5, 1],
  send_message: [4, 3, 1],
  leave_conversation: [2, 2, 0],
}

/** What a piece of work costs. Calls are those to DynamoDB, and each round trip waits for the one before it. */
async function costOf(work: () => Promise<unknown>) {
  const made = await counted.callsOf(work)
  const { readUnits, writeUnits } = summary(made)
  const posts = made.filter(({ name }) => name.startsWith('post')).length
  const roundTrips = Math.max(...made.map(({ depth }) => depth))
  return { readUnits, writeUnits, calls: made.length - posts, roundTrips, posts }
}

const atMost = (roundTrips: number) => expect.toSatisfy((made) => made <= roundTrips, `at most ${roundTrips}`)

describe('the cost of each route, in a conversation of two or a group of two', () => {
  it.each(Object.entries(routes))('%s', async (name, make) => {
    const route = name as AdminRoute
    const [calls, roundTrips, posts] = restWork[route]
    expect(await costOf(make)).toEqual({ ...restUnits[route], calls, roundTrips: atMost(roundTrips), posts })
  })

  it.each(Object.entries(socket))('%s', async (name, make) => {
    const type = name as ClientFrame['type']
    const [calls, roundTrips, posts] = frameWork[type]
    const cost = await costOf(() => frame(make()))
    expect(cost).toEqual({ ...frameUnits[type], calls, roundTrips: atMost(roundTrips), posts })
  })

  it('has a budget for every route', () => {
    const unbudgeted = restRoutes.filter(
      (route) => route !== 'GET /api/health' && !Object.hasOwn(routes, route),
    )
    expect(unbudgeted).toEqual([])
    expect(Object.keys(socket).sort()).toEqual([...frameTypes].sort())
  })
})
