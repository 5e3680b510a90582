import { DeleteConnectionCommand, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SocketDeps } from '../../../lambdas/chat/deps.ts'
import { poster } from '../../../lambdas/delivery/poster.ts'
import { userHash } from '../../../lambdas/log/user-hash.ts'
import { auditLog } from '../../../lambdas/report.ts'
import { dispatch } from '../../../lambdas/websocket/dispatch.ts'
import { frameHandlers } from '../../../lambdas/websocket/handlers.ts'
import { testSecret } from '../../support/constants.ts'
import {
  aMockedChat,
  canceled,
  conditionFailed,
  gone,
  later,
  messageEvent,
  noon,
  rowsOfPair,
  serverError,
  tooManyPosts,
} from '../../support/mocked.ts'
import { tokenFor } from '../../support/tokens.ts'

const handle = (deps: SocketDeps, frame: object, routeKey?: string) =>
  dispatch(deps, frameHandlers(deps), messageEvent(frame, routeKey))
const answerOf = async (response: ReturnType<typeof handle>) => JSON.parse((await response).body ?? 'null')
type Chat = ReturnType<typeof aMockedChat>
const row = (rest: object = {}) => ({
  id: 'a1',
  user: 'ada',
  opened_at: noon,
  token_expires_at: later,
  joined: new Set(['c']),
  ...rest,
})
/** Stores the row of a connection that is within its rate. */
const admitted = ({ database }: Chat, rest: object = {}) =>
  database
    .on(UpdateCommand, { Key: { pk: 'CONN#a1', sk: 'CONN' } })
    .resolves({ Attributes: row(rest) })
    .on(GetCommand)
    .resolves({ Item: row(rest) })
const posted = ({ sockets }: Chat) =>
  sockets
    .commandCalls(PostToConnectionCommand)
    .map(({ args: [{ input }] }) => [input.ConnectionId, JSON.parse(String(input.Data)).type])

/** A promise that the test resolves. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
/** Answers the query for the conversation's head with these rows, and other queries with none. */
const headOf = ({ database }: Chat, rows: readonly object[]) => {
  database.on(QueryCommand).resolves({ Items: [] })
  database.on(QueryCommand, { ScanIndexForward: false }).resolves({ Items: [...rows] })
}

let chat: Chat
beforeEach(() => {
  chat = aMockedChat()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(() => void vi.restoreAllMocks())

describe('authenticate', () => {
  const token = tokenFor('ada', { iat: noon / 1000, exp: later / 1000 }, testSecret)
  const storeAda = () => {
    admitted(chat, { user: undefined, joined: undefined })
    chat.database
      .on(GetCommand, { TableName: 'users' })
      .resolves({ Item: { id: 'ada', role: 'admin' } })
      .on(GetCommand, { Key: { pk: 'USER#ada', sk: 'CHANNEL' } })
      .resolves({})
  }

  it('[PRESENCE-1] has the worker compute presence at once', async () => {
    storeAda()
    expect(await answerOf(handle(chat.deps, { type: 'authenticate', token }))).toMatchObject({
      success: true,
    })
    expect(chat.sent).toEqual([{ task: 'presence', user: 'ada' }])
  })

  it('[PRESENCE-7] sends no task if presence is off', async () => {
    storeAda()
    const off = { ...chat.deps, features: { ...chat.deps.features, presence: false } }
    expect(await answerOf(handle(off, { type: 'authenticate', token }))).toMatchObject({ success: true })
    expect(chat.sent).toEqual([])
  })

  it('[PRESENCE-2] succeeds when the queue fails, and reports the failure', async () => {
    storeAda()
    const tasks = { send: () => Promise.reject(serverError()) }
    const answer = answerOf(handle({ ...chat.deps, tasks }, { type: 'authenticate', token }))
    expect(await answer).toMatchObject({ success: true })
    expect(chat.reported).toHaveLength(1)
  })

  it('[AUTH-4] counts refused tokens on the connection, and posts the third error before closing', async () => {
    const { deps, database, sockets } = chat
    database.on(UpdateCommand).resolves({ Attributes: { id: 'a1', failures: 3 } })
    expect(await handle(deps, { type: 'authenticate', token: 'x' })).toEqual({ statusCode: 200 })
    expect(database.commandCalls(UpdateCommand)[1]?.args[0].input).toMatchObject({
      Key: { sk: `${noon - 3_600_000}#a1` },
      UpdateExpression: 'ADD failures :one',
      ConditionExpression: 'attribute_exists(pk)',
    })
    expect(sockets.calls().map(({ args }) => args[0].constructor)).toEqual([
      PostToConnectionCommand,
      DeleteConnectionCommand,
    ])
  })

  describe('in the log', () => {
    const refusal = { route: 'authenticate', connection: 'a1', reason: 'iat', user: userHash('salt', 'ada') }
    const early = tokenFor('ada', { iat: later / 1000, exp: later / 1000 + 60 }, testSecret)
    const linesOf = async (frame: object) => {
      const info = vi.spyOn(console, 'info').mockImplementation(() => undefined)
      const audit = auditLog('salt')
      const deps = { ...chat.deps, audit, poster: poster(chat.posts, vi.fn(), audit) }
      await handle(deps, frame)
      return info.mock.calls.flat()
    }

    it('[OPS-1] [OPS-2] [OPS-15] a refused token leaves one line without the token, and its close another', async () => {
      const { database } = chat
      database.on(UpdateCommand).resolves({ Attributes: { id: 'a1', failures: 1 } })
      const line = { event: 'token_refused', code: 'unauthorized', ...refusal }
      expect(await linesOf({ type: 'authenticate', token: early })).toEqual([line])
      database.on(UpdateCommand).resolves({ Attributes: { id: 'a1', failures: 3 } })
      vi.mocked(console.info).mockClear()
      expect(await linesOf({ type: 'authenticate', token: early })).toEqual([
        line,
        { event: 'connection_closed', connection: 'a1', reason: 'unauthorized' },
      ])
    })

    it('[OPS-1] a token that is refused on a connection that has just ended leaves its line too', async () => {
      chat.database.on(UpdateCommand).rejects(conditionFailed())
      admitted(chat)
      expect(await linesOf({ type: 'authenticate', token: early })).toEqual([
        { event: 'token_refused', code: 'reconnect_required', ...refusal },
        { event: 'connection_closed', connection: 'a1', reason: 'reconnect_required' },
      ])
    })
  })

  it('[CONN-3] creates no row when a token is refused on a connection that is gone', async () => {
    const { deps, database } = chat
    database.on(UpdateCommand).rejects(conditionFailed())
    await handle(deps, { type: 'authenticate', token: 'x' })
    expect(posted(chat)).toEqual([['a1', 'error']])
    expect(database.commandCalls(PutCommand)).toHaveLength(0)
  })
})

describe('join_conversation', () => {
  it('[JOIN-1] joins in one transaction with a condition on both rows, then reads consistently', async () => {
    const { deps, database } = chat
    admitted(chat)
    database.on(TransactWriteCommand).resolves({})
    database.on(QueryCommand).resolves({ Items: rowsOfPair({}, {}) })
    expect(await answerOf(handle(deps, { type: 'join_conversation', conversation_id: 'c' }))).toMatchObject({
      type: 'joined_conversation',
      last_seq: 1,
    })
    const items = database.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems
    expect(items?.map(({ Update }) => [Update?.TableName, Update?.Key])).toEqual([
      ['connections', { pk: 'CONN#a1', sk: 'CONN' }],
      ['conversations', { pk: 'CONV#c', sk: 'PART#ada' }],
    ])
    for (const { args } of database.commandCalls(QueryCommand)) {
      expect(args[0].input.ConsistentRead).toBe(true)
    }
  })

  it.each([
    ['JOIN-4', ['None', 'ConditionalCheckFailed'], 'not_found'],
    ['CONN-3', ['ConditionalCheckFailed', 'None'], 'reconnect_required'],
  ])('[%s] cancellation reasons %j become %s', async (_rule, codes, code) => {
    const { deps, database } = chat
    admitted(chat)
    database.on(GetCommand).resolves({})
    database.on(TransactWriteCommand).rejects(canceled(...codes))
    const { body } = await handle(deps, { type: 'join_conversation', conversation_id: 'c' })
    const answer = JSON.parse(
      body ?? String(chat.sockets.commandCalls(PostToConnectionCommand)[0]?.args[0].input.Data),
    )
    expect(answer).toMatchObject({ code })
  })

  it('[JOIN-6] answers the hundred-and-first conversation with rate_limited', async () => {
    const { deps, database } = chat
    admitted(chat, { joined: new Set(Array.from({ length: 100 }, (_, n) => `c${n}`)) })
    database.on(TransactWriteCommand).rejects(canceled('ConditionalCheckFailed', 'None'))
    expect(await answerOf(handle(deps, { type: 'join_conversation', conversation_id: 'x' }))).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retry_after_ms: expect.any(Number),
    })
  })

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    '[JOIN-1] tries again after a transaction is canceled with %s',
    async (code) => {
      const { deps, database } = chat
      admitted(chat)
      database.on(TransactWriteCommand).rejectsOnce(canceled(code, 'None')).resolves({})
      database.on(QueryCommand).resolves({ Items: rowsOfPair({}) })
      expect(await answerOf(handle(deps, { type: 'join_conversation', conversation_id: 'c' }))).toMatchObject(
        {
          type: 'joined_conversation',
          last_seq: 0,
        },
      )
    },
  )
})

it('[JOIN-1] does not repeat a transaction that is canceled for another reason as well', async () => {
  const { deps, database } = chat
  admitted(chat)
  database.on(TransactWriteCommand).rejects(canceled('ThrottlingError', 'ValidationError'))
  expect(await answerOf(handle(deps, { type: 'join_conversation', conversation_id: 'c' }))).toMatchObject({
    code: 'unavailable',
  })
  expect(database.commandCalls(TransactWriteCommand)).toHaveLength(1)
})

describe('frames beyond the rate', () => {
  const aheadBy = (ms: number) =>
    Object.assign(conditionFailed(), { Item: { arrival: { N: String(noon + ms) } } })

  it('[RATE-1] a frame of a burst costs a second write only in a container that has not seen the connection', async () => {
    const { deps, database } = chat
    database
      .on(UpdateCommand)
      .rejectsOnce(aheadBy(5000))
      .resolves({ Attributes: row({ joined: undefined, arrival: noon + 5000 }) })
    expect(await answerOf(handle(deps, { type: 'ping' }))).toMatchObject({ type: 'pong' })
    expect(database.commandCalls(UpdateCommand)).toHaveLength(2)
    expect(await answerOf(handle(deps, { type: 'ping' }))).toMatchObject({ type: 'pong' })
    expect(database.commandCalls(UpdateCommand)).toHaveLength(3)
  })

  it('[RATE-1] beyond the burst, the frame is refused with retry_after_ms, for one write', async () => {
    const { deps, database } = chat
    const last = row({ joined: undefined, arrival: noon + 9950 })
    database.on(UpdateCommand).rejectsOnce(aheadBy(9950)).resolvesOnce({ Attributes: last })
    await handle(deps, { type: 'ping' })
    database.reset()
    database.on(UpdateCommand).resolves({ Attributes: { strikes: 1 } })
    expect(await answerOf(handle(deps, { type: 'ping' }))).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retry_after_ms: 50,
    })
    expect(database.calls()).toHaveLength(1)
  })

  it('[RATE-3] a connection that exceeds its strikes is closed after the error', async () => {
    const { deps, database } = chat
    database
      .on(UpdateCommand)
      .rejectsOnce(aheadBy(20_000))
      .resolves({ Attributes: { strikes: 200 } })
    expect(await handle(deps, { type: 'ping' })).toEqual({ statusCode: 200 })
    expect(posted(chat)).toEqual([['a1', 'error']])
    expect(chat.sockets.commandCalls(DeleteConnectionCommand)).toHaveLength(1)
  })
})

describe('leave_conversation', () => {
  it('[LEAVE-1] removes both records of the join in one transaction', async () => {
    const { deps, database } = chat
    admitted(chat)
    await handle(deps, { type: 'leave_conversation', conversation_id: 'c' })
    const items = database.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems
    expect(items?.map(({ Update }) => Update?.UpdateExpression)).toEqual([
      'DELETE joined :conversations',
      'REMOVE joined.#connection, #joined_at',
    ])
  })
})

describe('send_message', () => {
  const send = { type: 'send_message', conversation_id: 'c', message: { content: 'hi' } }
  const rows = rowsOfPair({ ada: { a1: later }, bob: { b1: later, b2: later } })

  it('[SEND-1] a send by a joined user takes two queries, one batch read and one write', async () => {
    const { deps, database } = chat
    headOf(chat, rows)
    database.on(PutCommand).resolves({})
    await handle(deps, send)
    expect(database.commandCalls(GetCommand)).toHaveLength(0)
    expect(database.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      Item: { pk: 'CONV#c', sk: 'LOG#000000000001', kind: 'message', sender: 'ada', content: 'hi' },
      ConditionExpression: 'attribute_not_exists(pk)',
    })
    // The head and then the subscriptions again; the connections of all users in one read.
    expect(database.commandCalls(QueryCommand)).toHaveLength(2)
    expect(database.commandCalls(BatchGetCommand)).toHaveLength(1)
  })

  it('[SEND-11] the acknowledgment is the first post, and a recipient that hangs does not delay it', async () => {
    const { deps, database, sockets } = chat
    headOf(chat, rows)
    database.on(PutCommand).resolves({})
    const release = deferred<object>()
    const acknowledged = deferred<void>()
    sockets.on(PostToConnectionCommand).callsFake(async ({ ConnectionId }) => {
      if (ConnectionId !== 'a1') return await release.promise
      acknowledged.resolve()
      return {}
    })
    const handled = handle(deps, send)
    await acknowledged.promise
    expect(posted(chat)[0]).toEqual(['a1', 'message_sent'])
    release.resolve({})
    await handled
    expect(posted(chat)).toEqual([
      ['a1', 'message_sent'],
      ['b1', 'new_message'],
      ['b2', 'new_message'],
    ])
  })

  it('[PUSH-7] 410 removes the connection, 429 is retried, 429 and 5xx remove nothing, and all others receive the push', async () => {
    const { deps, database, sockets, reported } = chat
    headOf(chat, rowsOfPair({ ada: { a1: later }, bob: { b1: later, b2: later, b3: later, b4: later } }))
    sockets.on(PostToConnectionCommand).resolves({})
    sockets.on(PostToConnectionCommand, { ConnectionId: 'b1' }).rejects(gone())
    sockets.on(PostToConnectionCommand, { ConnectionId: 'b2' }).rejects(tooManyPosts())
    sockets.on(PostToConnectionCommand, { ConnectionId: 'b3' }).rejects(serverError())
    expect(await handle(deps, send)).toEqual({ statusCode: 200 })
    expect(posted(chat).map(([id]) => id)).toEqual(['a1', 'b1', 'b2', 'b3', 'b4', 'b2', 'b2'])
    const removed = database.commandCalls(UpdateCommand).map(({ args }) => {
      const { Key, ExpressionAttributeNames } = args[0].input
      return ExpressionAttributeNames?.['#connection'] ?? Key?.['pk']
    })
    expect(removed.sort()).toEqual(['CONN#b1', 'b1'])
    expect(reported).toHaveLength(2)
  })

  it('[SEND-1] a failure after the commit is logged and not sent to the sender', async () => {
    const { deps, database, reported } = chat
    database.on(QueryCommand).rejects(serverError())
    database.on(BatchGetCommand).rejects(serverError())
    database.on(QueryCommand, { ScanIndexForward: false }).resolves({ Items: rows })
    await handle(deps, send)
    expect(posted(chat).filter(([id]) => id === 'a1')).toEqual([['a1', 'message_sent']])
    expect(reported.length).toBeGreaterThan(0)
  })

  it('[SEND-2] a seq that is taken makes the sender queue for a turn and read the head again', async () => {
    const { deps, database } = chat
    database.on(QueryCommand).resolves({ Items: [] })
    database
      .on(QueryCommand, { ScanIndexForward: false })
      .resolvesOnce({ Items: rows })
      .resolves({ Items: rowsOfPair({}, {}).slice(2) })
    database.on(PutCommand).rejectsOnce(conditionFailed()).resolves({})
    database.on(UpdateCommand).resolves({ Attributes: { issued: 1 } })
    await handle(deps, send)
    const keys = database.commandCalls(PutCommand).map(({ args }) => args[0].input.Item?.['sk'])
    expect(keys).toEqual(['LOG#000000000001', 'LOG#000000000002'])
  })

  it('[SEND-1] a write that the SDK repeated after a lost answer is not a conflict', async () => {
    const { deps, database } = chat
    headOf(chat, rows)
    const own = Object.assign(conditionFailed(), { Item: { id: { S: `1-${'r'.repeat(22)}` } } })
    database.on(PutCommand).rejects(own)
    await handle(deps, send)
    expect(database.commandCalls(PutCommand)).toHaveLength(1)
    expect(posted(chat)[0]).toEqual(['a1', 'message_sent'])
  })

  it('[SEND-3] one transaction claims the key and the seq', async () => {
    const { deps, database } = chat
    headOf(chat, rows)
    database.on(TransactWriteCommand).resolves({})
    await handle(deps, { ...send, client_message_id: 'k' })
    const items = database.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems
    expect(items?.map(({ Put }) => [Put?.Item?.['sk'], Put?.ConditionExpression])).toEqual([
      ['LOG#000000000001', 'attribute_not_exists(pk)'],
      ['DEDUP#ada#k', 'attribute_not_exists(pk)'],
    ])
  })
})

describe('typing', () => {
  const typing = { type: 'typing', conversation_id: 'c', is_typing: true }

  it('[TYPING-4] counts toward both rates in one conditional write', async () => {
    const { deps, database } = chat
    admitted(chat)
    database.on(QueryCommand).resolves({ Items: rowsOfPair({ ada: { a1: later }, bob: { b1: later } }) })
    expect(await handle(deps, typing)).toEqual({ statusCode: 200 })
    expect(database.commandCalls(UpdateCommand).map(({ args }) => args[0].input)).toEqual([
      expect.objectContaining({
        Key: { pk: 'CONN#a1', sk: 'CONN' },
        UpdateExpression: 'SET arrival = :arrival_next, counted_at = :now, typing = :typing_next',
      }),
    ])
    expect(posted(chat)).toEqual([['b1', 'user_typing']])
  })

  it('[TYPING-5] only counts the frame if typing is off', async () => {
    const { deps, database } = chat
    admitted(chat)
    const off = { ...deps, features: { ...deps.features, typing: false } }
    expect(await handle(off, typing)).toEqual({ statusCode: 200 })
    expect(database.calls()).toHaveLength(1)
    expect(posted(chat)).toEqual([])
  })

  it('[PUSH-7] removes a recipient that is gone', async () => {
    const { deps, database, sockets } = chat
    admitted(chat)
    database.on(QueryCommand).resolves({ Items: rowsOfPair({ bob: { b1: later } }) })
    sockets.on(PostToConnectionCommand).rejects(gone())
    await handle(deps, typing)
    const removals = database.commandCalls(UpdateCommand).slice(1)
    expect(removals.map(({ args }) => args[0].input.Key?.['pk'])).toEqual(['CONN#b1', 'CONV#c'])
  })
})

describe('a failed dependency', () => {
  it.each([
    ['ping', { type: 'ping' }],
    ['join_conversation', { type: 'join_conversation', conversation_id: 'c' }],
    ['authenticate', { type: 'authenticate', token: 'x' }],
  ])('[ERR-4] makes %s unavailable, and the answer reveals nothing about AWS', async (_name, frame) => {
    const { deps, database } = chat
    database.onAnyCommand().rejects(serverError())
    const { body } = await handle(deps, { ...frame, request_id: 'r' })
    expect(JSON.parse(body ?? '')).toEqual({
      type: 'error',
      code: 'unavailable',
      message: 'the service cannot answer now, try again',
      retryable: true,
      retry_after_ms: 1000,
      request_id: 'r',
    })
  })

  it('[ERR-4] posts the error of send_message, which has no route response', async () => {
    const { deps, database } = chat
    database.onAnyCommand().rejects(serverError())
    expect(
      await handle(deps, { type: 'send_message', conversation_id: 'c', message: { content: 'x' } }),
    ).toEqual({
      statusCode: 200,
    })
    expect(posted(chat)).toEqual([['a1', 'error']])
  })
})
