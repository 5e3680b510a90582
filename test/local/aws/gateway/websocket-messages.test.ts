import { describe, expect, it } from 'vitest'
import { DOMAIN, gate, startGateway } from './support.ts'

const ID = /^[A-Za-z0-9_-]{15}=$/

/** A platform frame as text, so that the order of its keys is compared too. */
const platformFrame = (message: string, connectionId: string) =>
  expect.stringMatching(
    new RegExp(`^\\{"message":"${message}","connectionId":"${connectionId}","requestId":"[\\w-]{15}="\\}$`),
  )

describe('a message', () => {
  it('[E3, E9] reaches its function with its raw text, and with neither headers nor query', async () => {
    const { open, events } = await startGateway({ routes: { ping: {} } })
    const { client, connectionId } = await open()
    client.send('{ "type": "ping", "note": "é" }')
    const event = await events('ping').next()
    expect(Object.keys(event).sort()).toEqual(['body', 'isBase64Encoded', 'requestContext'])
    expect(event.body).toBe('{ "type": "ping", "note": "é" }')
    expect(event.isBase64Encoded).toBe(false)
    const { requestContext } = event
    expect(requestContext).toEqual({
      routeKey: 'ping',
      eventType: 'MESSAGE',
      messageId: expect.stringMatching(ID),
      extendedRequestId: requestContext.requestId,
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      messageDirection: 'IN',
      stage: 'ws',
      connectedAt: expect.any(Number),
      requestTimeEpoch: expect.any(Number),
      identity: { sourceIp: '127.0.0.1' },
      requestId: expect.stringMatching(ID),
      domainName: DOMAIN,
      connectionId,
      apiId: 'abc123',
    })
  })

  it('[R5] without a route and without $default is answered by an error, and the connection stays', async () => {
    const { open } = await startGateway({
      routes: { ping: { hasRouteResponse: true, handler: () => ({ statusCode: 200, body: 'pong' }) } },
    })
    const { client, connectionId } = await open()
    client.send({ type: 'unknown' })
    expect(await client.messages.next()).toEqual(platformFrame('Forbidden', connectionId))
    client.send({ type: 'ping' })
    expect(await client.messages.next()).toBe('pong')
  })

  it('[R6] that falls back is told $default as its route key, not what it asked for', async () => {
    const { open, events } = await startGateway({ routes: { $default: {} } })
    const { client } = await open()
    client.send({ type: 'unknown' })
    expect((await events('$default').next()).requestContext.routeKey).toBe('$default')
  })

  it('[R4] that names $disconnect runs $default', async () => {
    const { open, events } = await startGateway({ routes: { $default: {} } })
    const { client } = await open()
    client.send({ type: '$disconnect' })
    expect((await events('$default').next()).requestContext.eventType).toBe('MESSAGE')
    expect(events('$disconnect').waiting()).toEqual([])
  })

  it.each([
    ['[M1] throws', () => Promise.reject(new Error('broken'))],
    ['[M2] returns a key that API Gateway does not know', () => ({ statusCode: 200, Data: 'x' })],
    ['[M2] returns no status', () => ({ body: 'x' })],
    ['[M2] returns nothing', () => undefined],
    ['[M3] returns a failing status', () => ({ statusCode: 400, body: 'dropped' })],
  ])('is answered by an error when its function %s', async (_what, handler) => {
    const { open } = await startGateway({ routes: { ask: { handler } } })
    const { client, connectionId } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).toEqual(platformFrame('Internal server error', connectionId))
    expect(client.socket.readyState).toBe(client.socket.OPEN)
  })

  it('[M3] is answered by the body, even of a failing status, when its route has a response', async () => {
    const { open } = await startGateway({
      routes: { ask: { hasRouteResponse: true, handler: () => ({ statusCode: 500, body: 'mine' }) } },
    })
    const { client } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).toBe('mine')
  })

  it('[M4] is not answered by the body when its route has no response', async () => {
    const { open, gateway, events } = await startGateway({
      routes: { ask: { handler: () => ({ statusCode: 200, body: 'dropped' }) } },
    })
    const { client, connectionId } = await open()
    client.send({ type: 'ask' })
    await events('ask').next()
    await gateway.connections.post(connectionId, Buffer.from('posted'))
    expect(await client.messages.next()).toBe('posted')
  })

  it('[M4] is not answered when the returned body is empty or missing', async () => {
    const bodies = ['', undefined, 'third']
    const { open } = await startGateway({
      routes: {
        ask: { hasRouteResponse: true, handler: () => ({ statusCode: 200, body: bodies.shift() }) },
      },
    })
    const { client } = await open()
    for (const _ of [1, 2, 3]) client.send({ type: 'ask' })
    expect(await client.messages.next()).toBe('third')
  })

  it('[M5] is answered by an error when its function takes too long, which nevertheless keeps running', async () => {
    const answer = gate<unknown>()
    const { open, gateway } = await startGateway({
      routes: { ask: { hasRouteResponse: true, timeoutMs: 20, handler: () => answer.opened } },
    })
    const { client, connectionId } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).toEqual(platformFrame('Endpoint request timed out', connectionId))
    answer.open({ statusCode: 200, body: 'too late' })
    await answer.opened
    await gateway.connections.post(connectionId, Buffer.from('posted'))
    expect(await client.messages.next()).toBe('posted')
  })

  it('[M7] does not wait for an earlier one of the same connection', async () => {
    const slow = gate<unknown>()
    const { open, events } = await startGateway({
      routes: {
        slow: { hasRouteResponse: true, handler: () => slow.opened },
        fast: { hasRouteResponse: true, handler: () => ({ statusCode: 200, body: 'fast' }) },
      },
    })
    const { client } = await open()
    client.send({ type: 'slow' })
    client.send({ type: 'fast' })
    await events('slow').next()
    expect(await client.messages.next()).toBe('fast')
    slow.open({ statusCode: 200, body: 'slow' })
    expect(await client.messages.next()).toBe('slow')
  })

  it('[M1] is answered by an error that says nothing, while a developer is told the cause', async () => {
    const { open, warnings } = await startGateway({
      routes: { ask: { handler: () => Promise.reject(new Error('the cause')) } },
    })
    const { client } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).not.toContain('the cause')
    expect(warnings).toEqual(['ask: Error: the cause'])
  })
})
