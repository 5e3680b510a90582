import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { callCounter } from '../../../lambdas/chat/rates.ts'
import { userHash } from '../../../lambdas/log/user-hash.ts'
import { auditLog } from '../../../lambdas/report.ts'
import { dispatch } from '../../../lambdas/rest/dispatch.ts'
import { restHandlers } from '../../../lambdas/rest/handlers.ts'
import { aMockedChat, canceled, gone, later, noon, rowsOfPair, serverError } from '../../support/mocked.ts'
import { tokenFor } from '../../support/tokens.ts'

const id = 'POST /api/admin/chat/conversations/{id}/messages'
const claims = { iat: noon / 1000, exp: noon / 1000 + 3600 }
const profile = (user: string) => ({ Item: { id: user, role: 'admin' } })

let chat: ReturnType<typeof aMockedChat>
beforeEach(() => {
  chat = aMockedChat()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(console, 'info').mockImplementation(() => undefined)
  chat.database.on(GetCommand, { TableName: 'users' }).resolves(profile('ada'))
})
afterEach(() => void vi.restoreAllMocks())

async function call(routeKey: string, body?: object, path?: Record<string, string>, deps = chat.deps) {
  const answer = await dispatch(deps, restHandlers(deps), {
    routeKey,
    headers: { authorization: `Bearer ${tokenFor('ada', claims)}` },
    ...(path ? { pathParameters: path } : {}),
    ...(body ? { body: Buffer.from(JSON.stringify(body)).toString('base64') } : {}),
    isBase64Encoded: true,
  })
  return { ...answer, body: JSON.parse(answer.body) }
}

describe('REST handlers', () => {
  it('[REST-4] a message is stored once and pushed, even if a recipient is gone', async () => {
    const { database, sockets } = chat
    database.on(QueryCommand).resolves({ Items: [] })
    database
      .on(QueryCommand, { ScanIndexForward: false })
      .resolves({ Items: rowsOfPair({ bob: { b1: later, b2: later } }) })
    database.on(PutCommand).resolves({})
    sockets.on(PostToConnectionCommand, { ConnectionId: 'b1' }).rejects(gone())
    const { statusCode, body } = await call(id, { content: 'hi' }, { id: 'c' })
    expect([statusCode, body.data.message.seq]).toEqual([200, 1])
    expect(sockets.commandCalls(PostToConnectionCommand)).toHaveLength(2)
  })

  it('[ERR-4] a failed dependency returns 503 with Retry-After, and reveals nothing about AWS', async () => {
    chat.database.on(QueryCommand).rejects(serverError())
    expect(await call('GET /api/admin/chat/conversations')).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '1', 'content-type': expect.stringContaining('application/json') },
      body: {
        success: false,
        code: 'unavailable',
        message: 'the service cannot answer now, try again',
        retry_after_ms: 1000,
      },
    })
  })

  it('[TURN-1] a message for which too many others are waiting is 503 with Retry-After', async () => {
    const createdAt = new Date(noon).toISOString()
    const [bob, ada, meta, last] = rowsOfPair({}, { created_at: createdAt })
    const turns = { pk: 'CONV#c', sk: 'LOGTURN', issued: 16 }
    chat.database
      .on(QueryCommand)
      .resolves({ Items: [bob, ada, meta, turns, last] as Record<string, unknown>[] })
    const answer = await call(id, { content: 'hi' }, { id: 'c' })
    expect(answer).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'unavailable', retry_after_ms: expect.any(Number) },
    })
    expect(chat.database.commandCalls(PutCommand)).toHaveLength(0)
  })

  it('[INV-7] the condition of the transaction detects an invitation that was already answered', async () => {
    const { database } = chat
    const sent = { from: 'bob', to: 'ada', created_at: new Date(noon).toISOString() }
    const invitation = { id: 'i', status: 'pending', ...sent }
    database
      .on(GetCommand, { TableName: 'invitations' })
      .resolvesOnce({ Item: invitation })
      .resolves({ Item: { ...invitation, status: 'rejected' } })
    database.on(TransactWriteCommand).rejects(canceled('ConditionalCheckFailed', 'None'))
    const answer = await call(
      'PUT /api/admin/chat/invitations/{id}/respond',
      { action: 'accept' },
      { id: 'i' },
    )
    expect([answer.statusCode, answer.body.code]).toEqual([409, 'already_answered'])
  })

  it('[RATE-9] a user who calls too fast is refused before anything is read; other users are not', async () => {
    const { deps, database } = chat
    database.on(QueryCommand).resolves({ Items: [] })
    let now = noon
    const limited = { ...deps, now: () => now, admitCall: callCounter({ perSecond: 2, burst: 3 }, () => now) }
    const list = () => call('GET /api/admin/chat/invitations', undefined, undefined, limited)
    for (const _ of [1, 2, 3]) expect((await list()).statusCode).toBe(200)
    const reads = database.calls().length
    expect(await list()).toMatchObject({
      statusCode: 429,
      headers: { 'retry-after': '1' },
      body: { code: 'rate_limited', retry_after_ms: 500 },
    })
    expect(database.calls()).toHaveLength(reads)
    expect(() => limited.admitCall('bob')).not.toThrow()
    now += 500
    expect((await list()).statusCode).toBe(200)
  })

  it('[RATE-9] the memory for counting is bounded, and users who are still calling are not forgotten', () => {
    const admitCall = callCounter({ perSecond: 1, burst: 1 }, () => noon)
    admitCall('ada')
    for (let n = 0; n < 999; n++) admitCall(`user${n}`)
    expect(() => admitCall('ada')).toThrow('too many calls')
    for (let n = 999; n < 1999; n++) admitCall(`user${n}`)
    expect(() => admitCall('ada')).not.toThrow()
    expect(() => admitCall('user1998')).toThrow('too many calls')
  })

  it('[OPS-1] [OPS-2] [OPS-15] a refused token leaves one line in the log, without the token', async () => {
    const headers = { authorization: `Bearer ${tokenFor('ada', { ...claims, iat: claims.exp })}` }
    const event = { routeKey: 'GET /api/admin/chat/conversations', headers, isBase64Encoded: false }
    const deps = { ...chat.deps, audit: auditLog('salt') }
    await dispatch(deps, restHandlers(deps), event)
    expect(vi.mocked(console.info).mock.calls.flat()).toEqual([
      {
        event: 'token_refused',
        route: 'GET /api/admin/chat/conversations',
        code: 'unauthorized',
        reason: 'iat',
        user: userHash('salt', 'ada'),
      },
    ])
  })

  it('[REST-2] an unknown route returns 404 without a call to the database', async () => {
    expect(await call('$default')).toMatchObject({ statusCode: 404, body: { code: 'not_found' } })
    expect(chat.database.calls()).toHaveLength(0)
  })
})
