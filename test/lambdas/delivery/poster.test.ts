import { DeleteConnectionCommand, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { poster } from '../../../lambdas/delivery/poster.ts'
import { dispatch } from '../../../lambdas/websocket/dispatch.ts'
import { frameHandlers } from '../../../lambdas/websocket/handlers.ts'
import {
  aMockedChat,
  forbidden,
  later,
  messageEvent,
  rowsOfPair,
  serverError,
  tooManyPosts,
} from '../../support/mocked.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(() => void vi.restoreAllMocks())

it('F11: a post that fails with 403 is reported with its status and connection, and not retried', async () => {
  const { posts, sockets } = aMockedChat()
  sockets.on(PostToConnectionCommand).rejects(forbidden())
  const report = vi.fn()
  expect(await poster(posts, report).post('b1', '{}')).toBe('failed')
  expect(report.mock.calls).toEqual([
    [expect.any(Error), { call: 'PostToConnection', connection: 'b1', status: '403' }],
  ])
  expect(sockets.calls()).toHaveLength(1)
})

it('F11: if every post fails with 403, no connection is removed and the message is stored', async () => {
  const { deps, database, sockets, reported } = aMockedChat()
  database.on(QueryCommand).resolves({ Items: [] })
  database
    .on(QueryCommand, { ScanIndexForward: false })
    .resolves({ Items: rowsOfPair({ ada: { a1: later }, bob: { b1: later, b2: later } }) })
  sockets.on(PostToConnectionCommand).rejects(forbidden())
  const send = { type: 'send_message', conversation_id: 'c', message: { content: 'hi' } }
  expect(await dispatch(deps, frameHandlers(deps), messageEvent(send))).toEqual({ statusCode: 200 })
  expect(reported).toHaveLength(3)
  expect(database.commandCalls(UpdateCommand)).toHaveLength(0)
})

it('[OPS-1] closing a connection is retried after a 429 or a server error, and leaves one line in the log', async () => {
  vi.useFakeTimers()
  const { posts, sockets } = aMockedChat()
  sockets.on(DeleteConnectionCommand).rejectsOnce(tooManyPosts()).rejectsOnce(serverError()).resolves({})
  const [report, audit] = [vi.fn(), vi.fn()]
  const closed = poster(posts, report, audit).close('b1', 'replaced')
  await vi.advanceTimersByTimeAsync(1000)
  await closed
  vi.useRealTimers()
  expect(sockets.calls()).toHaveLength(3)
  expect(report).not.toHaveBeenCalled()
  expect(audit.mock.calls).toEqual([['connection_closed', { connection: 'b1', reason: 'replaced' }]])
})
