import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { frameLimitWatcher } from '../../../../local/aws/gateway/frame-limits.ts'
import { startGateway } from './support.ts'

const KB = 1024
const echo = {
  $default: {
    hasRouteResponse: true,
    handler: ({ body = '' }: { readonly body?: string }) => ({ statusCode: 200, body: String(body.length) }),
  },
}

/** Sends a message in frames of the given sizes. */
function sendFrames(socket: WebSocket, sizes: readonly number[]) {
  for (const [index, size] of sizes.entries())
    socket.send('x'.repeat(size), { fin: index === sizes.length - 1 })
}

describe('frames', () => {
  it('of 32 KB pass, up to a message of 128 KB', async () => {
    const { open } = await startGateway({ routes: echo })
    const { client } = await open()
    sendFrames(client.socket, [32 * KB, 32 * KB, 32 * KB, 32 * KB])
    expect(await client.messages.next()).toBe(String(128 * KB))
  })

  it.each([
    ['a frame over 32 KB', [32 * KB + 1]],
    ['a frame of 40 KB', [40 * KB]],
    ['a frame of 200 KB', [200 * KB]],
    ['a later frame over 32 KB', [10 * KB, 33 * KB]],
    ['a message over 128 KB in legal frames', [32 * KB, 32 * KB, 32 * KB, 32 * KB, 1]],
  ])('close the connection with 1009 for %s, which reaches no function', async (_what, sizes) => {
    const { open, events } = await startGateway({ routes: echo })
    const { client } = await open()
    sendFrames(client.socket, sizes)
    expect((await client.closed).code).toBe(1009)
    expect((await events('$disconnect').next()).requestContext).toMatchObject({
      disconnectStatusCode: 1009,
    })
    expect(events('$default').waiting()).toEqual([])
  })

  it('with binary data close the connection with 1003', async () => {
    const { open, events } = await startGateway({ routes: echo })
    const { client } = await open()
    client.socket.send(Buffer.from('{}'))
    expect((await client.closed).code).toBe(1003)
    expect((await events('$disconnect').next()).requestContext).toMatchObject({ disconnectStatusCode: 1003 })
    expect(events('$default').waiting()).toEqual([])
  })

  it('with posted bytes arrive as text', async () => {
    const { open, gateway } = await startGateway()
    const { client, connectionId } = await open()
    await gateway.connections.post(connectionId, Buffer.from('{"é":1}'))
    expect(await client.messages.next()).toBe('{"é":1}')
  })

  it('with posted bytes that are not UTF-8 arrive repaired instead of failing the client', async () => {
    const { open, gateway } = await startGateway()
    const { client, connectionId } = await open()
    await gateway.connections.post(connectionId, Buffer.from([0x61, 0xff, 0x62]))
    expect(await client.messages.next()).toBe('a\ufffdb')
  })

  it('with a protocol ping are answered and reach no function', async () => {
    const { open, events } = await startGateway({ routes: echo })
    const { client } = await open()
    client.socket.ping('are you there')
    const [payload] = await once(client.socket, 'pong')
    expect(String(payload)).toBe('are you there')
    expect(events('$default').waiting()).toEqual([])
  })

  it('with text that is not UTF-8 close the connection with 1007', async () => {
    const { open, events } = await startGateway()
    const { client } = await open()
    client.socket.send(Buffer.from([0xff]), { binary: false })
    expect((await client.closed).code).toBe(1007)
    expect((await events('$disconnect').next()).requestContext).toMatchObject({ disconnectStatusCode: 1007 })
  })

  it('of a long post are at most 32 KB and arrive as one message', async () => {
    const { connect, events, gateway } = await startGateway()
    const client = connect()
    const [response] = await once(client.socket, 'upgrade')
    const [overLimit, overLess] = [vi.fn(), vi.fn()]
    response.socket.prependListener('data', frameLimitWatcher(32 * KB, overLimit))
    response.socket.prependListener('data', frameLimitWatcher(32 * KB - 1, overLess))
    const { connectionId } = (await events('$connect').next()).requestContext
    const text = 'é'.repeat(50 * KB)
    expect(await gateway.connections.post(connectionId, Buffer.from(text))).toEqual({ outcome: 'delivered' })
    expect(await client.messages.next()).toBe(text)
    expect(overLimit).not.toHaveBeenCalled()
    expect(overLess).toHaveBeenCalled()
  })
})
