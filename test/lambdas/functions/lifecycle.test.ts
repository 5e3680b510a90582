import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { connect } from '../../../lambdas/websocket/connect.ts'
import { disconnect } from '../../../lambdas/websocket/disconnect.ts'
import { aMockedChat, conditionFailed, noon, serverError } from '../../support/mocked.ts'

interface Handshake {
  readonly headers?: Record<string, string>
  readonly connectionId?: string
  readonly connectedAt?: number
  readonly sourceIp?: string
}

const event = (eventType: 'CONNECT' | 'DISCONNECT', handshake: Handshake = {}) => {
  const { headers, connectionId = 'a1', connectedAt = noon, sourceIp } = handshake
  const routeKey = `$${eventType.toLowerCase()}`
  const identity = sourceIp === undefined ? {} : { identity: { sourceIp } }
  return {
    requestContext: {
      routeKey,
      eventType,
      connectionId,
      connectedAt,
      requestTimeEpoch: connectedAt,
      ...identity,
    },
    ...(headers ? { headers } : {}),
  }
}
const secret = 'the secret of the distribution'
const rules = {
  allowedOrigins: ['https://site.example'],
  connectionsPerAddress: 0,
  site: { secret, only: false },
}
const accepted = { statusCode: 200 }
const registered = { pk: `OPENED#${noon / 1_200_000}`, sk: `${noon}#a1` }

describe('$connect', () => {
  it('[CONN-1] [AUTH-10] writes one row, and queues the deadline to authenticate', async () => {
    const { deps, database, sent } = aMockedChat()
    const headers = { Origin: 'https://site.example' }
    expect(await connect(deps, rules, event('CONNECT', { headers }))).toEqual(accepted)
    expect(database.calls()).toHaveLength(1)
    expect(database.commandCalls(PutCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'connections',
        Item: { ...registered, id: 'a1', opened_at: noon, expires_at: noon / 1000 + 26 * 3600 },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    ])
    expect(sent).toEqual([{ task: 'auth_deadline', slot: noon }])
  })

  it('[AUTH-10] queues one task for all connections that open within a second', async () => {
    const { deps, database, sent } = aMockedChat()
    for (const connectedAt of [noon, noon + 1, noon + 999, noon + 1000, noon + 500]) {
      await connect(deps, rules, event('CONNECT', { connectedAt }))
    }
    expect(database.commandCalls(PutCommand)).toHaveLength(5)
    expect(sent).toEqual([
      { task: 'auth_deadline', slot: noon },
      { task: 'auth_deadline', slot: noon + 1000 },
    ])
  })

  it('[AUTH-10] accepts the connection if the queue fails, and queues the task with the next handshake', async () => {
    const { deps, sent, reported } = aMockedChat()
    const tasks = { send: () => Promise.reject(serverError()) }
    expect(await connect({ ...deps, tasks }, rules, event('CONNECT'))).toEqual(accepted)
    expect(reported).toHaveLength(1)
    expect(await connect(deps, rules, event('CONNECT'))).toEqual(accepted)
    expect(sent).toHaveLength(1)
  })

  it('F18: refuses a connection that cannot be registered', async () => {
    const { deps, database } = aMockedChat()
    database.on(PutCommand).rejects(serverError())
    await expect(connect(deps, rules, event('CONNECT'))).rejects.toThrow()
  })

  it.each([
    { Origin: 'https://evil.example' },
    { origin: 'https://evil.example' },
    { Origin: '' },
    { Origin: 'null' },
  ])('[CONN-1] refuses %o and stores nothing', async (headers) => {
    const { deps, database, sent } = aMockedChat()
    expect(await connect(deps, rules, event('CONNECT', { headers }))).toEqual({ statusCode: 403 })
    expect([...database.calls(), ...sent]).toEqual([])
  })
})

describe('$connect through the site', () => {
  const throughSite = {
    'chat-site-secret': secret,
    'chat-viewer-host': 'chat.example.com',
    'chat-viewer-address': '203.0.113.7',
  }
  const statusOf = async (headers: Record<string, string>, site = rules.site) => {
    const { deps } = aMockedChat()
    return (await connect(deps, { ...rules, site }, event('CONNECT', { headers }))).statusCode
  }

  it('[SITE-7] accepts the pages of the site', async () => {
    expect(await statusOf({ ...throughSite, Origin: 'https://chat.example.com' })).toBe(200)
    expect(
      await statusOf({
        ...throughSite,
        'chat-viewer-host': 'localhost:5000',
        origin: 'http://localhost:5000',
      }),
    ).toBe(200)
  })

  it.each([
    'http://chat.example.com',
    'https://chat.example.com:8443',
    'https://evil.example',
    'https://chat.example.com.evil.example',
    'null',
  ])('[SITE-7] [CONN-1] refuses %s', async (Origin) => {
    expect(await statusOf({ ...throughSite, Origin })).toBe(403)
  })

  it.each([{}, { 'chat-site-secret': '' }, { 'chat-site-secret': 'guessed' }])(
    '[OPS-11] believes no header without the secret: %j',
    async (forged) => {
      const headers = { 'chat-viewer-host': 'evil.example', Origin: 'https://evil.example', ...forged }
      expect(await statusOf(headers)).toBe(403)
      expect(await statusOf(headers, { secret: '', only: false })).toBe(403)
    },
  )

  it('[OPS-11] counts the address of the client, not of the site', async () => {
    const chat = aMockedChat()
    chat.database.on(UpdateCommand).resolves({ Attributes: { handshakes: 2 } })
    for (const headers of [throughSite, { ...throughSite, 'chat-site-secret': 'guessed' }]) {
      const from = event('CONNECT', { headers, sourceIp: '1.2.3.4' })
      await connect(chat.deps, { ...rules, connectionsPerAddress: 1 }, from)
    }
    expect(chat.database.commandCalls(UpdateCommand).map(({ args }) => args[0].input.Key?.['pk'])).toEqual([
      'ADDR#203.0.113.7',
      'ADDR#1.2.3.4',
    ])
  })

  it('[JOIN-7] [OPS-11] stores the address of the client, not of the site', async () => {
    const { deps, database } = aMockedChat()
    for (const headers of [throughSite, { ...throughSite, 'chat-site-secret': 'guessed' }]) {
      await connect(deps, rules, event('CONNECT', { headers, sourceIp: '1.2.3.4' }))
    }
    const stored = database.commandCalls(PutCommand).map(({ args }) => args[0].input.Item?.['address'])
    expect(stored).toEqual(['203.0.113.7', '1.2.3.4'])
  })

  it('[OPS-12] refuses a handshake that bypasses the site, if the setting says so', async () => {
    const only = { secret, only: true }
    const { deps, database } = aMockedChat()
    expect(await connect(deps, { ...rules, site: only }, event('CONNECT'))).toEqual({ statusCode: 403 })
    expect(database.calls()).toEqual([])
    expect(await statusOf(throughSite, only)).toBe(200)
  })
})

describe('$connect from one address', () => {
  const handshakes = async ({ deps }: ReturnType<typeof aMockedChat>, limit: number, count: number) => {
    const statuses: number[] = []
    for (let n = 0; n < count; n++) {
      const from = event('CONNECT', { sourceIp: '1.2.3.4' })
      statuses.push((await connect(deps, { ...rules, connectionsPerAddress: limit }, from)).statusCode)
    }
    return statuses
  }

  it('[CONN-4] refuses further handshakes with 429 once the limit per minute is reached, at no cost', async () => {
    const chat = aMockedChat()
    chat.database
      .on(UpdateCommand)
      .resolvesOnce({ Attributes: { handshakes: 2 } })
      .resolves({ Attributes: { handshakes: 3 } })
    expect(await handshakes(chat, 2, 4)).toEqual([200, 429, 429, 429])
    expect(chat.database.commandCalls(UpdateCommand).map(({ args }) => args[0].input.Key)).toEqual([
      { pk: 'ADDR#1.2.3.4', sk: String(noon / 60_000) },
    ])
    expect(chat.database.commandCalls(PutCommand)).toHaveLength(1)
  })

  it('[CONN-4] adds ten handshakes to the count with one write', async () => {
    const chat = aMockedChat()
    chat.database.on(UpdateCommand).resolves({ Attributes: { handshakes: 10 } })
    expect(await handshakes(chat, 300, 19)).toEqual(Array(19).fill(200))
    expect(chat.database.commandCalls(UpdateCommand)).toHaveLength(1)
    expect(
      chat.database.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues,
    ).toMatchObject({
      ':more': 10,
    })
  })

  it('[CONN-4] starts again with the next minute', async () => {
    const chat = aMockedChat()
    chat.database.on(UpdateCommand).resolves({ Attributes: { handshakes: 2 } })
    expect(await handshakes(chat, 1, 2)).toEqual([429, 429])
    chat.database.on(UpdateCommand).resolves({ Attributes: { handshakes: 1 } })
    const next = { ...chat, deps: { ...chat.deps, now: () => noon + 60_000 } }
    expect(await handshakes(next, 1, 1)).toEqual([200])
  })
})

describe('$disconnect', () => {
  it('[PUSH-7] removes the row of a connection that has not authenticated, in one write', async () => {
    const { deps, database, sent } = aMockedChat()
    expect(await disconnect(deps, event('DISCONNECT'))).toEqual(accepted)
    expect(database.calls()).toHaveLength(1)
    expect(database.commandCalls(DeleteCommand)[0]?.args[0].input).toMatchObject({
      Key: registered,
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#user)',
    })
    expect(sent).toEqual([])
  })

  it('[PUSH-7] [PRESENCE-2] marks a connection that has authenticated, and leaves the rest to the worker', async () => {
    const { deps, database, sent } = aMockedChat()
    database.on(DeleteCommand).rejects(conditionFailed())
    database
      .on(UpdateCommand, { Key: { pk: 'CONN#a1', sk: 'CONN' } })
      .resolves({ Attributes: { id: 'a1', user: 'ada', joined: new Set(['c', 'd']) } })
    await disconnect(deps, event('DISCONNECT'))
    expect(database.calls()).toHaveLength(2)
    expect(sent).toEqual([{ task: 'cleanup', connection: 'a1', user: 'ada', at: noon }])
  })

  it('[PUSH-7] succeeds when the queue fails: the sweep cleans up', async () => {
    const { deps, database, reported } = aMockedChat()
    database.on(DeleteCommand).rejects(conditionFailed())
    database.on(UpdateCommand).resolves({ Attributes: { id: 'a1', user: 'ada' } })
    const tasks = { send: () => Promise.reject(serverError()) }
    expect(await disconnect({ ...deps, tasks }, event('DISCONNECT'))).toEqual(accepted)
    expect(reported).toHaveLength(1)
  })

  it('[PUSH-7] does nothing the second time', async () => {
    const { deps, database, sent } = aMockedChat()
    database.on(DeleteCommand).rejects(conditionFailed())
    database.on(UpdateCommand).rejects(conditionFailed())
    expect(await disconnect(deps, event('DISCONNECT'))).toEqual(accepted)
    expect(sent).toEqual([])
  })
})
