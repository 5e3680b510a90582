import { once } from 'node:events'
import { request as sendRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { HttpEvent } from '../../../../local/aws/gateway/http-event.ts'
import { DOMAIN, type HttpSettings, startHttpApi } from './support.ts'

const ID = /^[A-Za-z0-9_-]{15}=$/

/** Starts an API with one route. Returns a function that sends a request and returns the resulting event. */
async function seeing(settings: HttpSettings = {}, routeKey = '$default') {
  const events: HttpEvent[] = []
  const base = await startHttpApi({
    routes: [{ routeKey, functionId: 'f', timeoutMs: 30_000 }],
    invoke: async (_functionId, event) => {
      events.push(event as HttpEvent)
      return { statusCode: 200 }
    },
    ...settings,
  })
  return async (path: string, init?: RequestInit) => {
    const response = await fetch(`${base}${path}`, init)
    return { event: events.at(-1), status: response.status }
  }
}

describe('the HTTP event', () => {
  it('has the recorded shape, without keys that do not apply', async () => {
    const see = await seeing({ clock: () => Date.UTC(2024, 0, 20, 11, 55, 8) }, 'GET /api/health')
    const { event } = await see('/api/health', { headers: { 'User-Agent': 'tests/1' } })
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /api/health',
      rawPath: '/api/health',
      rawQueryString: '',
      headers: expect.objectContaining({
        'content-length': '0',
        host: expect.stringContaining('127.0.0.1'),
        'user-agent': 'tests/1',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': expect.stringMatching(/^\d+$/),
        'x-forwarded-proto': 'http',
      }),
      requestContext: {
        accountId: '000000000000',
        apiId: 'http123',
        domainName: DOMAIN,
        domainPrefix: 'abc123',
        http: {
          method: 'GET',
          path: '/api/health',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests/1',
        },
        requestId: expect.stringMatching(ID),
        routeKey: 'GET /api/health',
        stage: '$default',
        time: '20/Jan/2024:11:55:08 +0000',
        timeEpoch: 1_705_751_708_000,
      },
      isBase64Encoded: false,
    })
  })

  it('has lower-cased header names, joined repetitions and separate cookies', async () => {
    const events: HttpEvent[] = []
    const base = await startHttpApi({
      routes: [{ routeKey: '$default', functionId: 'f', timeoutMs: 30_000 }],
      invoke: async (_functionId, event) => events.push(event as HttpEvent),
    })
    const request = sendRequest(`${base}/`, {
      headers: { 'X-MiXed': ['one', 'two'], Cookie: 'a=1; b=2' },
    })
    request.end()
    const [response] = await once(request, 'response')
    response.resume()
    expect(events[0]?.headers['x-mixed']).toBe('one,two')
    expect(events[0]?.cookies).toEqual(['a=1', 'b=2'])
    expect(events[0]?.headers).not.toHaveProperty('cookie')
    expect(events[0]?.headers).not.toHaveProperty('connection')
  })

  it('has the decoded query with joined repetitions, and the raw query', async () => {
    const see = await seeing()
    const { event } = await see('/?tag=important&tag=urgent&name=J%C3%A9r%C3%B4me&empty=')
    expect(event?.rawQueryString).toBe('tag=important&tag=urgent&name=J%C3%A9r%C3%B4me&empty=')
    expect(event?.queryStringParameters).toEqual({ tag: 'important,urgent', name: 'Jérôme', empty: '' })
  })

  it('has the decoded path and path parameters', async () => {
    const see = await seeing({}, 'GET /orders/{name}')
    const { event } = await see('/orders/Summer%20Sale%20%C3%A9')
    expect(event?.rawPath).toBe('/orders/Summer Sale é')
    expect(event?.requestContext.http.path).toBe('/orders/Summer Sale é')
    expect(event?.pathParameters).toEqual({ name: 'Summer Sale é' })
  })

  it('does not match an encoded slash within a segment', async () => {
    const see = await seeing({}, 'GET /orders/{name}')
    expect((await see('/orders/a%2Fb')).status).toBe(404)
  })

  it('has its path truncated at a decoded question mark', async () => {
    const see = await seeing({}, 'GET /orders/{name}')
    expect((await see('/orders/a%3Fb')).event?.rawPath).toBe('/orders/a')
  })

  it('is not created for a path that cannot be decoded', async () => {
    const see = await seeing()
    expect(await see('/%FF')).toEqual({ event: undefined, status: 400 })
  })

  it('has the stage in its path, unlike the routes', async () => {
    const see = await seeing({ stage: 'prod' }, 'GET /health')
    const { event } = await see('/prod/health')
    expect(event).toMatchObject({ rawPath: '/prod/health', requestContext: { stage: 'prod' } })
    expect((await see('/health')).status).toBe(404)
    expect((await see('/production/health')).status).toBe(404)
  })

  it.each([
    'text/plain',
    'application/json',
    'application/json; charset=utf-8',
    'application/xml',
    'TEXT/HTML',
  ])('has a body of type %s as text', async (type) => {
    const see = await seeing()
    const { event } = await see('/', { method: 'POST', body: '{"é":1}', headers: { 'content-type': type } })
    expect(event).toMatchObject({ body: '{"é":1}', isBase64Encoded: false })
  })

  it.each(['application/x-www-form-urlencoded', 'application/octet-stream', 'application/problem+json', ''])(
    'has a body of type %j in base64',
    async (type) => {
      const see = await seeing()
      const body = Buffer.from('a=1')
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type }
      const { event } = await see('/', { method: 'POST', body, headers })
      expect(event).toMatchObject({ body: 'YT0x', isBase64Encoded: true })
      expect(event?.headers['content-length']).toBe('3')
    },
  )
})
