import { describe, expect, it } from 'vitest'
import { deferred } from '../../../../local/aws/lambda/deferred.ts'
import { ThrottledError } from '../../../../local/aws/lambda/invoke.ts'
import { DOMAIN, startGateway } from './support.ts'

const ID = /^[A-Za-z0-9_-]{15}=$/

/** An error frame as text, so that the order of its keys is compared too. */
const platformFrame = (message: string, connectionId: string) =>
  expect.stringMatching(
    new RegExp(`^\\{"message":"${message}","connectionId":"${connectionId}","requestId":"[\\w-]{15}="\\}$`),
  )

describe('a message', () => {
  it('reaches its function with its raw text, without headers or a query', async () => {
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

  it('gets an error frame when there is neither a route nor $default, and the connection stays open', async () => {
    const { open } = await startGateway({
      routes: { ping: { hasRouteResponse: true, handler: () => ({ statusCode: 200, body: 'pong' }) } },
    })
    const { client, connectionId } = await open()
    client.send({ type: 'unknown' })
    expect(await client.messages.next()).toEqual(platformFrame('Forbidden', connectionId))
    client.send({ type: 'ping' })
    expect(await client.messages.next()).toBe('pong')
  })

  it('has the route key $default when it falls back, not the one requested', async () => {
    const { open, events } = await startGateway({ routes: { $default: {} } })
    const { client } = await open()
    client.send({ type: 'unknown' })
    expect((await events('$default').next()).requestContext.routeKey).toBe('$default')
  })

  it('that selects $disconnect runs $default', async () => {
    const { open, events } = await startGateway({ routes: { $default: {} } })
    const { client } = await open()
    client.send({ type: '$disconnect' })
    expect((await events('$default').next()).requestContext.eventType).toBe('MESSAGE')
    expect(events('$disconnect').waiting()).toEqual([])
  })

  it.each([
    ['throws', () => Promise.reject(new Error('broken'))],
    ['is throttled', () => Promise.reject(new ThrottledError())],
    ['returns a key that API Gateway does not know', () => ({ statusCode: 200, Data: 'x' })],
    ['returns no status', () => ({ body: 'x' })],
    ['returns nothing', () => undefined],
    ['returns a failing status', () => ({ statusCode: 400, body: 'dropped' })],
  ])('gets an error frame when its function %s', async (_what, handler) => {
    const { open } = await startGateway({ routes: { ask: { handler } } })
    const { client, connectionId } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).toEqual(platformFrame('Internal server error', connectionId))
    expect(client.socket.readyState).toBe(client.socket.OPEN)
  })

  it('gets the body, even with a failing status, when its route has a route response', async () => {
    const { open } = await startGateway({
      routes: { ask: { hasRouteResponse: true, handler: () => ({ statusCode: 500, body: 'mine' }) } },
    })
    const { client } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).toBe('mine')
  })

  it('does not get the body when its route has no route response', async () => {
    const { open, gateway, events } = await startGateway({
      routes: { ask: { handler: () => ({ statusCode: 200, body: 'dropped' }) } },
    })
    const { client, connectionId } = await open()
    client.send({ type: 'ask' })
    await events('ask').next()
    await gateway.connections.post(connectionId, Buffer.from('posted'))
    expect(await client.messages.next()).toBe('posted')
  })

  it('gets no reply when the returned body is empty or missing', async () => {
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

  it('gets an error frame when its function times out, although the function keeps running', async () => {
    const answer = deferred<unknown>()
    const { open, gateway } = await startGateway({
      routes: { ask: { hasRouteResponse: true, timeoutMs: 20, handler: () => answer.promise } },
    })
    const { client, connectionId } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).toEqual(platformFrame('Endpoint request timed out', connectionId))
    answer.resolve({ statusCode: 200, body: 'too late' })
    await answer.promise
    await gateway.connections.post(connectionId, Buffer.from('posted'))
    expect(await client.messages.next()).toBe('posted')
  })

  it('does not wait for an earlier message of the same connection', async () => {
    const slow = deferred<unknown>()
    const { open, events } = await startGateway({
      routes: {
        slow: { hasRouteResponse: true, handler: () => slow.promise },
        fast: { hasRouteResponse: true, handler: () => ({ statusCode: 200, body: 'fast' }) },
      },
    })
    const { client } = await open()
    client.send({ type: 'slow' })
    client.send({ type: 'fast' })
    await events('slow').next()
    expect(await client.messages.next()).toBe('fast')
    slow.resolve({ statusCode: 200, body: 'slow' })
    expect(await client.messages.next()).toBe('slow')
  })

  it('gets an error frame without the cause, but the developer is warned of it', async () => {
    const { open, warnings } = await startGateway({
      routes: { ask: { handler: () => Promise.reject(new Error('the cause')) } },
    })
    const { client } = await open()
    client.send({ type: 'ask' })
    expect(await client.messages.next()).not.toContain('the cause')
    expect(warnings).toEqual(['ask: Error: the cause'])
  })
})
