import { describe, expect, it } from 'vitest'
import { newGatewayId } from '../../../../local/aws/gateway/ids.ts'
import { startGateway } from './support.ts'

describe('@connections', () => {
  it('describes a connection and the time of its last message', async () => {
    let now = Date.UTC(2024, 0, 1)
    const { connect, events, gateway } = await startGateway({ clock: () => now })
    const client = connect('/ws', [], { headers: { 'User-Agent': 'tests/1' } })
    await client.opened
    const { connectionId } = (await events('$connect').next()).requestContext
    now += 5_000
    await gateway.connections.post(connectionId, Buffer.from('x'))
    expect(await gateway.connections.get(connectionId)).toEqual({
      outcome: 'found',
      connection: {
        connectedAt: '2024-01-01T00:00:00.000Z',
        identity: { sourceIp: '127.0.0.1', userAgent: 'tests/1' },
        lastActiveAt: '2024-01-01T00:00:05.000Z',
      },
    })
  })

  it('returns gone for a connection that never existed or has closed', async () => {
    const { open, events, gateway } = await startGateway()
    const { client, connectionId } = await open()
    client.socket.close()
    await events('$disconnect').next()
    for (const id of [connectionId, newGatewayId()]) {
      expect(await gateway.connections.post(id, Buffer.from('x'))).toEqual({ outcome: 'gone' })
      expect(await gateway.connections.get(id)).toEqual({ outcome: 'gone' })
      expect(await gateway.connections.delete(id)).toEqual({ outcome: 'gone' })
    }
  })

  it.each(['', 'x', 'R1kmxc2VNjMCFIA', 'R1kmxc2VNjMC+IA=', 'R1kmxc2VNjMCFIA=='])(
    'reports the id %j as ill-formed',
    async (id) => {
      const { gateway } = await startGateway()
      expect(await gateway.connections.post(id, Buffer.from('x'))).toEqual({ outcome: 'ill_formed_id' })
      expect(await gateway.connections.get(id)).toEqual({ outcome: 'ill_formed_id' })
      expect(await gateway.connections.delete(id)).toEqual({ outcome: 'ill_formed_id' })
    },
  )

  it('accepts a post of 128 KB and refuses a longer one', async () => {
    const { open, gateway } = await startGateway()
    const { client, connectionId } = await open()
    const longest = Buffer.alloc(128 * 1024, 'x')
    expect(await gateway.connections.post(connectionId, longest)).toEqual({ outcome: 'delivered' })
    expect(await client.messages.next()).toHaveLength(longest.length)
    const tooLong = Buffer.alloc(longest.length + 1, 'x')
    expect(await gateway.connections.post(connectionId, tooLong)).toEqual({ outcome: 'too_large' })
  })

  it('refuses posts to a client that does not read, and accepts them again when it does', async () => {
    const { open, gateway } = await startGateway({ limits: { sendBufferBytes: 64 * 1024 } })
    const { client, connectionId } = await open()
    client.socket.pause()
    const body = Buffer.alloc(128 * 1024, 'x')
    let sent = 0
    // The kernel's buffers fill first; their size depends on the machine.
    while ((await gateway.connections.post(connectionId, body)).outcome === 'delivered') {
      sent += 1
      await new Promise(setImmediate)
    }
    expect(await gateway.connections.post(connectionId, body)).toEqual({ outcome: 'limit_exceeded' })
    client.socket.resume()
    for (let received = 0; received < sent; received++) await client.messages.next()
    expect(await gateway.connections.post(connectionId, body)).toEqual({ outcome: 'delivered' })
  })

  it('delivers posts in the order in which they were made', async () => {
    const { open, gateway } = await startGateway()
    const { client, connectionId } = await open()
    for (let index = 0; index < 100; index++)
      void gateway.connections.post(connectionId, Buffer.from(String(index)))
    for (let index = 0; index < 100; index++) expect(await client.messages.next()).toBe(String(index))
  })
})
