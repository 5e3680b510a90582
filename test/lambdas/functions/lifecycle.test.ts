import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { connect } from '../../../lambdas/websocket/connect.ts'
import { disconnect } from '../../../lambdas/websocket/disconnect.ts'
import { aMockedChat, conditionFailed, noon, serverError } from '../../support/mocked.ts'

const event = (eventType: 'CONNECT' | 'DISCONNECT', headers?: Record<string, string>) => ({
  requestContext: { routeKey: `$${eventType.toLowerCase()}`, eventType, connectionId: 'a1' },
  ...(headers ? { headers } : {}),
})
const rules = { allowedOrigins: ['https://site.example'], connectionsPerAddress: 0 }

describe('$connect', () => {
  it('[CONN-1] [AUTH-10] stores the connection, schedules its sweep, and queues its authentication deadline', async () => {
    const { deps, database, sent } = aMockedChat()
    expect(await connect(deps, rules, event('CONNECT', { Origin: 'https://site.example' }))).toEqual({
      statusCode: 200,
    })
    expect(database.commandCalls(PutCommand).map(({ args }) => args[0].input)).toEqual([
      expect.objectContaining({
        Item: expect.objectContaining({ pk: `DUE#${noon / 60_000}`, sk: 'CONN#a1' }),
      }),
      {
        TableName: 'connections',
        Item: { pk: 'CONN#a1', sk: 'CONN', id: 'a1', opened_at: noon, expires_at: noon / 1000 + 7800 },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    ])
    expect(sent).toEqual([{ task: 'auth_deadline', connection: 'a1' }])
  })

  it('F18: stores no connection if its sweep cannot be scheduled', async () => {
    const { deps, database, sent } = aMockedChat()
    database.on(PutCommand).rejects(serverError())
    await expect(connect(deps, rules, event('CONNECT'))).rejects.toThrow()
    expect(database.commandCalls(PutCommand).map(({ args }) => args[0].input.Item?.['pk'])).toEqual([
      `DUE#${noon / 60_000}`,
    ])
    expect(sent).toEqual([])
  })

  it.each([
    { Origin: 'https://evil.example' },
    { origin: 'https://evil.example' },
    { Origin: '' },
    { Origin: 'null' },
  ])('[CONN-1] refuses %o and stores nothing', async (headers) => {
    const { deps, database } = aMockedChat()
    expect(await connect(deps, rules, event('CONNECT', headers))).toEqual({ statusCode: 403 })
    expect(database.calls()).toHaveLength(0)
  })
})

describe('$connect from one address', () => {
  it('[CONN-4] refuses further handshakes with 429 once the limit per minute is reached', async () => {
    const { deps, database } = aMockedChat()
    const handshake = event('CONNECT')
    const from = {
      ...handshake,
      requestContext: { ...handshake.requestContext, identity: { sourceIp: '1.2.3.4' } },
    }
    database
      .on(UpdateCommand)
      .resolvesOnce({ Attributes: { handshakes: 2 } })
      .resolves({ Attributes: { handshakes: 3 } })
    expect(await connect(deps, { ...rules, connectionsPerAddress: 2 }, from)).toEqual({ statusCode: 200 })
    expect(await connect(deps, { ...rules, connectionsPerAddress: 2 }, from)).toEqual({ statusCode: 429 })
    expect(database.commandCalls(UpdateCommand)[0]?.args[0].input.Key).toEqual({
      pk: 'ADDR#1.2.3.4',
      sk: String(noon / 60_000),
    })
    expect(database.commandCalls(PutCommand)).toHaveLength(2)
  })
})

describe('$disconnect', () => {
  it("[PUSH-7] removes exactly the rows that the connection's own row refers to", async () => {
    const { deps, database } = aMockedChat()
    database.on(UpdateCommand).rejects(conditionFailed())
    database
      .on(UpdateCommand, { Key: { pk: 'CONN#a1', sk: 'CONN' } })
      .resolves({ Attributes: { id: 'a1', user: 'ada', joined: new Set(['c', 'd']) } })
    await disconnect(deps, event('DISCONNECT'))
    expect(database.commandCalls(DeleteCommand).map(({ args }) => args[0].input.Key)).toEqual([
      { pk: 'CONN#a1', sk: 'CONN' },
    ])
    expect(
      database
        .commandCalls(UpdateCommand)
        .map(({ args }) => args[0].input)
        .slice(1),
    ).toEqual([
      ...['CONV#c', 'CONV#d'].map((pk) =>
        expect.objectContaining({
          Key: { pk, sk: 'PART#ada' },
          UpdateExpression: 'REMOVE joined.#connection',
          ConditionExpression: 'attribute_exists(joined.#connection)',
        }),
      ),
      expect.objectContaining({
        Key: { pk: 'USER#ada', sk: 'PRESENCE' },
        ExpressionAttributeValues: { ':one': 1, ':connection': 'a1', ':at': noon },
      }),
      expect.objectContaining({
        Key: { pk: 'USER#ada', sk: 'CHANNEL' },
        UpdateExpression: 'REMOVE #connection',
        ExpressionAttributeNames: { '#connection': 'a1' },
      }),
    ])
  })

  it('[PRESENCE-2] has the worker compute presence, and succeeds when the queue fails', async () => {
    const { deps, database, sent, reported } = aMockedChat()
    database
      .on(UpdateCommand, { Key: { pk: 'CONN#a1', sk: 'CONN' } })
      .resolves({ Attributes: { id: 'a1', user: 'ada' } })
      .on(UpdateCommand, { Key: { pk: 'USER#ada', sk: 'PRESENCE' } })
      .resolves({ Attributes: { online: true } })
    await disconnect(deps, event('DISCONNECT'))
    expect(sent).toEqual([{ task: 'presence', user: 'ada' }])
    const tasks = { send: () => Promise.reject(serverError()) }
    expect(await disconnect({ ...deps, tasks }, event('DISCONNECT'))).toEqual({ statusCode: 200 })
    expect(reported).toHaveLength(1)
    expect(database.commandCalls(DeleteCommand)).toHaveLength(2)
  })

  it('[PUSH-7] does nothing the second time', async () => {
    const { deps, database } = aMockedChat()
    database.on(UpdateCommand).rejects(conditionFailed())
    expect(await disconnect(deps, event('DISCONNECT'))).toEqual({ statusCode: 200 })
    expect(database.calls()).toHaveLength(1)
  })
})
