import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRequestHandler } from '../../../lambdas/aws/request-handler.ts'

/** Starts a server, and a handler that sends to it. */
async function aHandler(listener: RequestListener, answerMs = 5000) {
  const server = http.createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const handler = createRequestHandler({ connectMs: answerMs / 2, answerMs })
  onTestFinished(() => {
    handler.destroy()
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path: '/',
    headers: {},
    body: 'x',
  }
  return async () => (await handler.handle(request)).response
}

describe('the request handler', () => {
  it('reuses a connection', async () => {
    const sockets = new Set<Socket>()
    const send = await aHandler((request, response) => {
      sockets.add(request.socket)
      response.end('ok')
    })
    await send()
    expect(await send()).toMatchObject({ statusCode: 200, body: Buffer.from('ok') })
    expect(sockets.size).toBe(1)
  })

  it('repeats a request over a new connection if the idle ones turn out to be closed', async () => {
    const used = new Set<Socket>()
    let isThawed = false
    const send = await aHandler((request, response) => {
      if (isThawed && used.has(request.socket)) {
        request.socket.destroy()
        return
      }
      used.add(request.socket)
      response.end('ok')
    })
    await Promise.all([send(), send(), send()])
    expect(used.size).toBe(3)
    isThawed = true
    expect(await send()).toMatchObject({ statusCode: 200 })
    expect(used.size).toBe(4)
  })

  it('does not repeat a request over a connection that was new', async () => {
    let requests = 0
    const send = await aHandler((request) => {
      requests++
      request.socket.destroy()
    })
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(requests).toBe(1)
  })

  it('does not repeat a request whose answer has begun', async () => {
    let requests = 0
    const send = await aHandler((request, response) => {
      if (++requests === 1) {
        response.end('ok')
        return
      }
      response.writeHead(200, { 'content-length': 10 })
      response.write('half', () => request.socket.destroy())
    })
    await send()
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(requests).toBe(2)
  })

  it('gives up if there is no answer, or only a part of it', async () => {
    const silent = await aHandler(() => undefined, 40)
    await expect(silent()).rejects.toMatchObject({ name: 'TimeoutError' })
    const halfway = await aHandler((_, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half')
    }, 40)
    await expect(halfway()).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
