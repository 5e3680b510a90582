import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { deferred } from '../../../../local/aws/lambda/deferred.ts'
import { ThrottledError } from '../../../../local/aws/lambda/invoke.ts'
import { DOMAIN, queue, startGateway, type TestClient, type TestRoute } from './support.ts'

const ID = /^[A-Za-z0-9_-]{15}=$/

describe('the handshake', () => {
  it('is held until $connect returns', async () => {
    const answer = deferred<unknown>()
    const { connect, events } = await startGateway({
      routes: { $connect: { handler: () => answer.promise } },
    })
    const client = connect()
    await events('$connect').next()
    expect(client.socket.readyState).toBe(client.socket.CONNECTING)
    answer.resolve({ statusCode: 200 })
    await client.opened
  })

  it.each([400, 401, 403, 429, 500])(
    'is refused with the status %i returned by $connect',
    async (statusCode) => {
      const { connect } = await startGateway({ routes: { $connect: { handler: () => ({ statusCode }) } } })
      expect(await connect().refused).toMatchObject({ status: statusCode })
    },
  )

  it.each([
    ['throws', () => Promise.reject(new Error('broken'))],
    ['is throttled', () => Promise.reject(new ThrottledError())],
    ['returns nothing', () => undefined],
    ['returns no status', () => ({ body: 'hello' })],
    ['returns an unknown key', () => ({ statusCode: 200, extra: 1 })],
  ])('is refused with 502 when $connect %s', async (_what, handler) => {
    const { connect, warnings } = await startGateway({ routes: { $connect: { handler } } })
    const { status, body } = await connect().refused
    expect(status).toBe(502)
    expect(JSON.parse(body)).toEqual({
      message: 'Internal server error',
      connectionId: expect.stringMatching(ID),
      requestId: expect.stringMatching(ID),
    })
    expect(warnings).toHaveLength(1)
  })

  it('is refused with 502 when $connect takes longer than its integration allows', async () => {
    const { connect } = await startGateway({
      routes: { $connect: { timeoutMs: 20, handler: () => new Promise(() => {}) } },
    })
    expect(await connect().refused).toMatchObject({ status: 502 })
  })

  it('returns the subprotocol that $connect chose from those offered', async () => {
    const { connect } = await startGateway({
      routes: {
        $connect: { handler: () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'chat.v2' } }) },
      },
    })
    const client = connect('/ws', ['chat.v1', 'chat.v2'])
    await client.opened
    expect(client.socket.protocol).toBe('chat.v2')
  })

  it('returns no subprotocol when $connect chooses none, so the client fails', async () => {
    const { connect } = await startGateway()
    const client = connect('/ws', ['chat.v1'])
    const [error] = await once(client.socket, 'error')
    expect(error).toMatchObject({ message: 'Server sent no subprotocol' })
  })

  it('returns no other header of the $connect response', async () => {
    const headers = { 'X-Mine': 'dropped', 'Set-Cookie': 'a=b' }
    const { connect } = await startGateway({
      routes: { $connect: { handler: () => ({ statusCode: 200, headers, body: 'dropped' }) } },
    })
    const client = connect()
    const [response] = await once(client.socket, 'upgrade')
    expect(Object.keys(response.headers)).toEqual(['upgrade', 'connection', 'sec-websocket-accept'])
  })

  it('does not make the connection available to @connections until $connect returns', async () => {
    const answer = deferred<unknown>()
    const { connect, events, gateway } = await startGateway({
      routes: { $connect: { handler: () => answer.promise } },
    })
    const client = connect()
    const { connectionId } = (await events('$connect').next()).requestContext
    expect(await gateway.connections.post(connectionId, Buffer.from('early'))).toEqual({ outcome: 'gone' })
    expect(await gateway.connections.get(connectionId)).toEqual({ outcome: 'gone' })
    answer.resolve({ statusCode: 200 })
    await client.opened
    expect(await gateway.connections.post(connectionId, Buffer.from('now'))).toEqual({ outcome: 'delivered' })
    expect(await client.messages.next()).toBe('now')
  })

  it('is not followed by $disconnect when refused', async () => {
    const answers = [{ statusCode: 403 }, { statusCode: 200 }]
    const { connect, events } = await startGateway({
      routes: { $connect: { handler: () => answers.shift() } },
    })
    await connect().refused
    const { connectionId: refused } = (await events('$connect').next()).requestContext
    const second = connect()
    await second.opened
    second.socket.close()
    const { connectionId } = (await events('$disconnect').next()).requestContext
    expect(connectionId).not.toBe(refused)
    expect(events('$disconnect').waiting()).toEqual([])
  })

  it('is refused without invoking $connect when the URL is longer than 4,096 characters', async () => {
    const { connect, events } = await startGateway()
    expect(await connect(`/ws?q=${'a'.repeat(4_096)}`).refused).toMatchObject({ status: 414 })
    expect(events('$connect').waiting()).toEqual([])
  })

  it('never accepts compression', async () => {
    const { connect } = await startGateway()
    const client = connect('/ws', [], { perMessageDeflate: true })
    await client.opened
    expect(client.socket.extensions).toBe('')
  })

  it('is accepted when the API has no $connect route', async () => {
    const { connect } = await startGateway({ routes: { $connect: 'absent' } })
    await connect().opened
  })

  it('is refused with 400, without invoking $connect, when it is not a WebSocket handshake', async () => {
    const { url, events } = await startGateway()
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1')
    socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n')
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toMatch(/^HTTP\/1\.1 400 /)
    expect(events('$connect').waiting()).toEqual([])
    socket.destroy()
  })

  it.each([
    ['the client left', {}, (client: TestClient) => client.socket.terminate()],
    ['it was refused', { timeoutMs: 20 }, (client: TestClient) => client.refused],
  ])('is no longer wanted when %s before $connect could start', async (_what, route, end) => {
    const pending = queue<() => boolean>()
    const handler: TestRoute['handler'] = (_event, isWanted = () => true) => {
      pending.push(isWanted)
      return new Promise(() => {})
    }
    const { connect } = await startGateway({ routes: { $connect: { ...route, handler } } })
    const client = connect()
    const isWanted = await pending.next()
    expect(isWanted()).toBe(true)
    await end(client)
    await expect.poll(isWanted).toBe(false)
  })

  it('is followed by $disconnect when the client leaves while $connect accepts it', async () => {
    const answer = deferred<unknown>()
    const { connect, events } = await startGateway({
      routes: { $connect: { handler: () => answer.promise } },
    })
    const client = connect()
    await events('$connect').next()
    client.socket.terminate()
    await client.closed
    answer.resolve({ statusCode: 200 })
    const event = await events('$disconnect').next()
    expect(event.requestContext).toMatchObject({ disconnectStatusCode: 1006 })
  })
})

describe('the $connect event', () => {
  async function connectEvent(path: string, headers: Record<string, string> = {}) {
    const { connect, events } = await startGateway({ clock: () => Date.UTC(2024, 0, 20, 11, 55, 8, 123) })
    await connect(path, [], { headers, perMessageDeflate: false }).opened
    return events('$connect').next()
  }

  it('has the recorded shape', async () => {
    const event = await connectEvent('/ws')
    const { requestContext, ...rest } = event
    expect(Object.keys(rest).sort()).toEqual(['headers', 'isBase64Encoded', 'multiValueHeaders'])
    expect(event.isBase64Encoded).toBe(false)
    expect(requestContext).toEqual({
      routeKey: '$connect',
      eventType: 'CONNECT',
      extendedRequestId: requestContext.requestId,
      requestTime: '20/Jan/2024:11:55:08 +0000',
      messageDirection: 'IN',
      stage: 'ws',
      connectedAt: 1_705_751_708_123,
      requestTimeEpoch: 1_705_751_708_123,
      identity: { sourceIp: '127.0.0.1' },
      requestId: expect.stringMatching(ID),
      domainName: DOMAIN,
      connectionId: expect.stringMatching(ID),
      apiId: 'abc123',
    })
  })

  it('contains the user agent only if the client sent one', async () => {
    const { requestContext } = await connectEvent('/ws', { 'User-Agent': 'tests/1' })
    expect(requestContext.identity).toEqual({ userAgent: 'tests/1', sourceIp: '127.0.0.1' })
  })

  it('contains the headers as the client spelled them, except those that end at the gateway', async () => {
    const event = await connectEvent('/ws', { 'X-MiXed': 'kept', Origin: 'https://site.example' })
    expect(event.headers).toMatchObject({
      'X-MiXed': 'kept',
      Origin: 'https://site.example',
      Host: expect.stringContaining('127.0.0.1'),
      'Sec-WebSocket-Version': '13',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-65abb49c-[0-9a-f]{24}$/),
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': expect.stringMatching(/^\d+$/),
      'X-Forwarded-Proto': 'http',
    })
    expect(event.multiValueHeaders?.['X-MiXed']).toEqual(['kept'])
    const names = Object.keys(event.headers ?? {}).map((name) => name.toLowerCase())
    for (const name of ['connection', 'upgrade', 'content-length']) expect(names).not.toContain(name)
  })

  it('contains the query if there is one', async () => {
    const event = await connectEvent('/ws?a=1&a=2&name=J%C3%A9r%C3%B4me')
    expect(event.queryStringParameters).toEqual({ a: '2', name: 'Jérôme' })
    expect(event.multiValueQueryStringParameters).toEqual({ a: ['1', '2'], name: ['Jérôme'] })
  })
})
