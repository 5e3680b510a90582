import { describe, expect, it } from 'vitest'
import { deferred } from '../../../../local/aws/lambda/deferred.ts'
import { DOMAIN, startGateway } from './support.ts'

describe('a connection', () => {
  it('without messages is closed with 1001', async () => {
    const { open, events } = await startGateway({ limits: { idleMs: 40 } })
    const { client } = await open()
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' })
    const { requestContext } = await events('$disconnect').next()
    expect(requestContext).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: 'Going away' })
  })

  it('that only sends pings is idle', async () => {
    const { open } = await startGateway({ limits: { idleMs: 100 } })
    const { client } = await open()
    client.socket.on('pong', () => client.socket.ping())
    client.socket.ping()
    expect((await client.closed).code).toBe(1001)
  })

  it('is kept open by messages from the server alone, but not beyond its lifetime', async () => {
    const { open, gateway } = await startGateway({ limits: { idleMs: 150, lifetimeMs: 450 } })
    const openedAt = performance.now()
    const { client, connectionId } = await open()
    client.socket.on('message', () => void gateway.connections.post(connectionId, Buffer.from('more')))
    await gateway.connections.post(connectionId, Buffer.from('first'))
    expect((await client.closed).code).toBe(1001)
    expect(performance.now() - openedAt).toBeGreaterThanOrEqual(440)
  })

  it('is kept open by messages from the client', async () => {
    const { open } = await startGateway({
      limits: { idleMs: 150, lifetimeMs: 450 },
      routes: { $default: { hasRouteResponse: true, handler: () => ({ statusCode: 200, body: 'ok' }) } },
    })
    const openedAt = performance.now()
    const { client } = await open()
    client.socket.on('message', () => client.send('again'))
    client.send('first')
    expect((await client.closed).code).toBe(1001)
    expect(performance.now() - openedAt).toBeGreaterThanOrEqual(440)
  })

  it('is closed with 1000 when deleted, and $disconnect runs', async () => {
    const { open, gateway, events } = await startGateway()
    const { client, connectionId } = await open()
    expect(await gateway.connections.delete(connectionId)).toEqual({ outcome: 'deleted' })
    expect((await client.closed).code).toBe(1000)
    const { requestContext } = await events('$disconnect').next()
    expect(requestContext).toMatchObject({
      connectionId,
      disconnectStatusCode: 1000,
      disconnectReason: 'Connection Closed Normally',
    })
  })

  it('accepts no further messages or posts once deleted', async () => {
    const { open, gateway, events } = await startGateway({ routes: { $default: {} } })
    const { client, connectionId } = await open()
    client.socket.on('message', () => {})
    await gateway.connections.delete(connectionId)
    client.send('too late')
    expect(await gateway.connections.post(connectionId, Buffer.from('x'))).toEqual({ outcome: 'gone' })
    await client.closed
    await events('$disconnect').next()
    expect(events('$default').waiting()).toEqual([])
  })

  it.each<[[number?, string?], number, string]>([
    [[], 1005, 'Client-side close frame status not set'],
    [[1000], 1000, 'Connection Closed Normally'],
    [[1001], 1001, ''],
    [[4000, 'bye'], 4000, 'bye'],
  ])('closed by the client with %j is reported as %i %j', async (close, code, reason) => {
    const { open, events } = await startGateway()
    const { client } = await open()
    client.socket.close(...close)
    const { requestContext } = await events('$disconnect').next()
    expect(requestContext).toMatchObject({ disconnectStatusCode: code, disconnectReason: reason })
  })

  it('that is lost is reported as 1006', async () => {
    const { open, events } = await startGateway()
    const { client } = await open()
    client.socket.terminate()
    expect((await events('$disconnect').next()).requestContext).toMatchObject({ disconnectStatusCode: 1006 })
  })

  it('ends with a $disconnect event of the recorded shape', async () => {
    const { open, events } = await startGateway()
    const { client, connectionId } = await open()
    client.socket.close(1000)
    const event = await events('$disconnect').next()
    expect(event).toEqual({
      headers: { Host: DOMAIN, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
      multiValueHeaders: { Host: [DOMAIN], 'x-api-key': [''], 'X-Forwarded-For': [''], 'x-restapi': [''] },
      requestContext: {
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        disconnectStatusCode: 1000,
        disconnectReason: 'Connection Closed Normally',
        extendedRequestId: event.requestContext.requestId,
        requestTime: expect.any(String),
        messageDirection: 'IN',
        stage: 'ws',
        connectedAt: expect.any(Number),
        requestTimeEpoch: expect.any(Number),
        identity: { sourceIp: '127.0.0.1' },
        requestId: expect.any(String),
        domainName: DOMAIN,
        connectionId,
        apiId: 'abc123',
      },
      isBase64Encoded: false,
    })
  })

  it('may run $disconnect while one of its messages is still running', async () => {
    const slow = deferred<unknown>()
    const { open, events } = await startGateway({ routes: { slow: { handler: () => slow.promise } } })
    const { client } = await open()
    client.send({ type: 'slow' })
    await events('slow').next()
    client.socket.close()
    await events('$disconnect').next()
    slow.resolve({ statusCode: 200 })
  })
})

describe('closing the gateway', () => {
  it('closes every connection with 1001 and waits for $disconnect', async () => {
    let finished = 0
    const handler = async () => {
      await new Promise(setImmediate)
      finished += 1
      return { statusCode: 200 }
    }
    const { open, gateway } = await startGateway({ routes: { $disconnect: { handler } } })
    const clients = [await open(), await open(), await open()]
    await gateway.close()
    expect(finished).toBe(3)
    for (const { client } of clients) expect((await client.closed).code).toBe(1001)
  })

  it('does not wait for a function that never returns', async () => {
    const { open, gateway, events } = await startGateway({
      limits: { closeGraceMs: 50 },
      routes: { $disconnect: { handler: () => new Promise(() => {}) } },
    })
    await open()
    await gateway.close()
    expect(events('$disconnect').waiting()).toHaveLength(1)
  })

  it('does not wait for a client that does not answer the close frame', async () => {
    const { open, gateway, events } = await startGateway({ limits: { closeGraceMs: 50 } })
    const { client } = await open()
    client.socket.pause()
    await gateway.close()
    expect((await events('$disconnect').next()).requestContext).toMatchObject({ disconnectStatusCode: 1001 })
  })

  it('drops handshakes whose $connect is still running, and accepts no new ones', async () => {
    const { connect, gateway, events } = await startGateway({
      limits: { closeGraceMs: 50 },
      routes: { $connect: { handler: () => new Promise(() => {}) } },
    })
    const pending = connect()
    await events('$connect').next()
    await gateway.close()
    expect((await pending.closed).code).toBe(1006)
    expect((await connect().closed).code).toBe(1006)
    expect(events('$connect').waiting()).toEqual([])
  })
})
