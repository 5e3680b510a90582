import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { deferred } from '../../../../local/aws/lambda/deferred.ts'
import { ThrottledError } from '../../../../local/aws/lambda/invoke.ts'
import { type HttpSettings, startHttpApi } from './support.ts'

const route = { routeKey: '$default', functionId: 'f', timeoutMs: 30_000 }

async function answering(returned: unknown, settings: HttpSettings = {}) {
  const base = await startHttpApi({ routes: [route], invoke: async () => returned, ...settings })
  const response = await fetch(`${base}/`)
  return { status: response.status, headers: response.headers, body: await response.text() }
}

describe('the HTTP response', () => {
  it.each([
    ['an object', { a: 1 }, '{"a":1}'],
    ['a number', 7, '7'],
    ['an array', [1, 2], '[1,2]'],
    ['a string, unquoted', 'plain', 'plain'],
    ['an empty string', '', ''],
    ['incomplete JSON', '{"a":', '{"a":'],
    ['nothing', undefined, 'null'],
  ])('is 200 and JSON for %s without a status', async (_what, returned, body) => {
    const response = await answering(returned)
    expect(response).toMatchObject({ status: 200, body })
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  it('is plain text if it has no content type, even if its body is JSON', async () => {
    const { headers, body } = await answering({ statusCode: 200, body: '{"a":1}' })
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(body).toBe('{"a":1}')
  })

  it('has the status, headers, cookies and a request id', async () => {
    const { status, headers } = await answering({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'X-Count': 3 },
      multiValueHeaders: { 'X-Multi': ['ignored'] },
      cookies: ['a=1; Path=/', 'b=2'],
    })
    expect(status).toBe(201)
    expect(headers.get('content-type')).toBe('text/html')
    expect(headers.get('x-count')).toBe('3')
    expect(headers.has('x-multi')).toBe(false)
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
    expect(headers.get('apigw-requestid')).toMatch(/^[A-Za-z0-9_-]{15}=$/)
  })

  it('decodes a body in base64', async () => {
    const { body } = await answering({ statusCode: 200, body: 'w6k=', isBase64Encoded: true })
    expect(body).toBe('é')
  })

  it.each([
    ['the status is 0', { statusCode: 0 }],
    ['the status is a fraction', { statusCode: 200.5 }],
    ['the status is text', { statusCode: 'fine' }],
    ['the status is null', { statusCode: null }],
    ['the body is not a string', { statusCode: 200, body: { a: 1 } }],
    ['a header cannot be sent', { statusCode: 200, headers: { 'x-bad': 'a\r\nb' } }],
  ])('is 500 when %s', async (_what, returned) => {
    const { status, body, headers } = await answering(returned)
    expect(status).toBe(500)
    expect(body).toBe('{"message":"Internal Server Error"}')
    expect(headers.get('apigw-requestid')).not.toBeNull()
  })

  it('is 500 when the function throws, and the developer is warned of the cause', async () => {
    const warnings: string[] = []
    const { status, body } = await answering(undefined, {
      invoke: () => Promise.reject(new Error('the cause')),
      warn: (problem) => warnings.push(problem),
    })
    expect(status).toBe(500)
    expect(body).toBe('{"message":"Internal Server Error"}')
    expect(warnings).toEqual(['$default: Error: the cause'])
  })

  it('is 503 when the function takes longer than its integration allows', async () => {
    const { status, body } = await answering(undefined, {
      routes: [{ ...route, timeoutMs: 20 }],
      invoke: () => new Promise(() => {}),
    })
    expect(status).toBe(503)
    expect(body).toBe('{"message":"Service Unavailable"}')
  })

  it('is 503 when Lambda throttles the invocation', async () => {
    const { status, body } = await answering(undefined, {
      invoke: () => Promise.reject(new ThrottledError()),
    })
    expect(status).toBe(503)
    expect(body).toBe('{"message":"Service Unavailable"}')
  })

  it('is 404 when no route matches', async () => {
    const { status, body } = await answering(undefined, { routes: [{ ...route, routeKey: 'POST /' }] })
    expect(status).toBe(404)
    expect(body).toBe('{"message":"Not Found"}')
  })
})

describe('an HTTP request that is too large', () => {
  const refusing = (limits: HttpSettings['limits']) =>
    startHttpApi({
      routes: [route],
      invoke: async () => 'invoked',
      ...(limits === undefined ? {} : { limits }),
    })

  it('is refused with 413 when its body exceeds the limit', async () => {
    const base = await refusing({ bodyBytes: 10 })
    const post = (body: string) => fetch(base, { method: 'POST', body })
    expect((await post('x'.repeat(10))).status).toBe(200)
    const refused = await post('x'.repeat(11))
    expect(refused.status).toBe(413)
    expect(await refused.text()).toBe('{"message":"Request Entity Too Large"}')
  })

  it('is refused as soon as its length is known, before the body arrives', async () => {
    const base = await refusing(undefined)
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n')
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
  })

  it('is refused when it has no length and never ends', async () => {
    const base = await refusing({ bodyBytes: 10 })
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n${'x'.repeat(11)}\r\n`)
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
  })

  it('is refused with 413 when its event is too large for Lambda', async () => {
    const base = await refusing({ eventBytes: 4_000 })
    const post = (body: string) =>
      fetch(base, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } })
    expect((await post('x'.repeat(1_000))).status).toBe(200)
    // Base64 turns three bytes into four.
    expect((await post('x'.repeat(3_000))).status).toBe(413)
  })

  it('is refused with 431 when its request line and headers exceed 10,240 bytes', async () => {
    const base = await refusing(undefined)
    expect((await fetch(base, { headers: { 'x-long': 'x'.repeat(9_000) } })).status).toBe(200)
    expect((await fetch(base, { headers: { 'x-long': 'x'.repeat(10_240) } })).status).toBe(431)
  })

  it('is dropped without a response when the client leaves while sending its body', async () => {
    const warned: string[] = []
    const warning = deferred<void>()
    const base = await startHttpApi({
      routes: [route],
      warn: (problem) => {
        warned.push(problem)
        warning.resolve()
      },
    })
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc', () => socket.destroy())
    await warning.promise
    expect(warned).toEqual([expect.stringContaining('a POST call ended')])
  })
})

describe('a GET call whose client leaves before the function could start', () => {
  it('is no longer wanted', async () => {
    const pending = deferred<() => boolean>()
    const base = await startHttpApi({
      routes: [route],
      invoke: (_id, _event, isWanted = () => true) => {
        pending.resolve(isWanted)
        return new Promise(() => {})
      },
    })
    const leaving = new AbortController()
    const call = fetch(base, { signal: leaving.signal }).catch(({ name }) => name)
    const isWanted = await pending.promise
    expect(isWanted()).toBe(true)
    leaving.abort()
    expect(await call).toBe('AbortError')
    await expect.poll(isWanted).toBe(false)
  })
})
