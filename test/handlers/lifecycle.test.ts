import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { connect } from '../../lambdas/websocket/connect.ts'
import { disconnect } from '../../lambdas/websocket/disconnect.ts'
import { aMockedChat, conditionFailed, noon } from '../support/mocked.ts'

const event = (eventType: 'CONNECT' | 'DISCONNECT', headers?: Record<string, string>) => ({
  requestContext: { routeKey: `$${eventType.toLowerCase()}`, eventType, connectionId: 'a1' },
  ...(headers ? { headers } : {}),
})
const origins = ['https://site.example']

describe('$connect', () => {
  it('[CONN-1] stores the connection with the time at which TTL may sweep it', async () => {
    const { deps, database } = aMockedChat()
    expect(await connect(deps, origins, event('CONNECT', { Origin: 'https://site.example' }))).toEqual({
      statusCode: 200,
    })
    expect(database.commandCalls(PutCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'connections',
        Item: { pk: 'CONN#a1', sk: 'CONN', id: 'a1', expires_at: noon / 1000 + 7800 },
      },
    ])
  })

  it.each([
    { Origin: 'https://evil.example' },
    { origin: 'https://evil.example' },
    { Origin: '' },
    { Origin: 'null' },
  ])('[CONN-1] refuses %o and stores nothing', async (headers) => {
    const { deps, database } = aMockedChat()
    expect(await connect(deps, origins, event('CONNECT', headers))).toEqual({ statusCode: 403 })
    expect(database.calls()).toHaveLength(0)
  })
})

describe('$disconnect', () => {
  it('[PUSH-7] removes exactly what the connection’s own row names', async () => {
    const { deps, database } = aMockedChat()
    database.on(DeleteCommand).resolves({})
    database
      .on(DeleteCommand, { Key: { pk: 'CONN#a1', sk: 'CONN' } })
      .resolves({ Attributes: { id: 'a1', user: 'ada', joined: new Set(['c', 'd']) } })
    database.on(UpdateCommand).rejects(conditionFailed())
    await disconnect(deps, event('DISCONNECT'))
    expect(database.commandCalls(DeleteCommand).map(({ args }) => args[0].input.Key)).toEqual([
      { pk: 'CONN#a1', sk: 'CONN' },
      { pk: 'USER#ada', sk: 'CONN#a1' },
    ])
    expect(database.commandCalls(UpdateCommand).map(({ args }) => args[0].input)).toEqual(
      ['CONV#c', 'CONV#d'].map((pk) =>
        expect.objectContaining({
          Key: { pk, sk: 'PART#ada' },
          UpdateExpression: 'REMOVE joined.#connection',
          ConditionExpression: 'attribute_exists(joined.#connection)',
        }),
      ),
    )
  })

  it('[PUSH-7] does nothing the second time', async () => {
    const { deps, database } = aMockedChat()
    database.on(DeleteCommand).resolves({})
    expect(await disconnect(deps, event('DISCONNECT'))).toEqual({ statusCode: 200 })
    expect(database.calls()).toHaveLength(1)
  })
})
