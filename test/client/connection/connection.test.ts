import { describe, expect, it } from 'vitest'
import { createConnection } from '../../../client/connection/connection.ts'
import { createTokens } from '../../../client/connection/tokens.ts'
import { SignedOut } from '../../../client/errors.ts'
import type { LinkStatus } from '../../../client/shared.ts'
import { Random } from '../../../verification/model/random.ts'
import { fakeServer } from '../support/fake-server.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const MINUTE_MS = 60_000

/** A connection with a fake server. `visible` and `poll` can be changed at any time. */
function setUp({ token = (): string | Promise<string> => 'a.b.c', seed = 7 } = {}) {
  const time = virtualClock()
  let setBackMs = 0
  const clock = { ...time, now: () => time.now() - setBackMs }
  const setBack = (ms: number) => {
    setBackMs += ms
  }
  const server = fakeServer(clock)
  const world = {
    visible: true,
    poll: (_timeoutMs?: number): Promise<unknown> => Promise.reject(new Error('no network')),
    tokens: 0,
  }
  const statuses: LinkStatus[] = []
  const frames: { readonly [field: string]: unknown }[] = []
  const random = new Random(seed)
  const tokens = createTokens(() => {
    world.tokens++
    return token()
  }, clock)
  const connection = createConnection(
    {
      url: 'wss://chat.test',
      WebSocket: server.WebSocket,
      clock,
      random: () => random.next(),
      tokens,
      page: { isVisible: () => world.visible, subscribe: () => () => {} },
    },
    (timeoutMs) => world.poll(timeoutMs),
    (frame) => frames.push({ ...frame }),
    (status) => statuses.push(status),
  )
  const status = () => statuses.at(-1)
  return { clock, setBack, server, world, statuses, frames, connection, status }
}

async function online(options?: Parameters<typeof setUp>[0]) {
  const chat = setUp(options)
  chat.connection.start()
  await chat.clock.advance(100)
  expect(chat.status()?.phase).toBe('online')
  return chat
}

describe('connecting', () => {
  it('[CLIENT-3] the client connects, authenticates and is online', async () => {
    const { server, status } = await online()
    expect(server.last.sentOf('authenticate')).toMatchObject([{ token: 'a.b.c' }])
    expect(status()).toMatchObject({ session: 1, rotated: false })
  })

  it('[CLIENT-3] an attempt that does not open within 5 s is given up, and its late events are ignored', async () => {
    const { connection, clock, server, status } = setUp()
    server.behavior.handshake = 'hang'
    connection.start()
    await clock.advance(4900)
    expect(server.sockets).toHaveLength(1)
    server.behavior.handshake = 'open'
    await clock.advance(1000)
    const [first] = server.sockets
    expect(first?.onopen).toBeNull()
    expect(first?.readyState).toBe(3)
    expect(status()?.phase).toBe('online')
    expect(server.open).toHaveLength(1)
  })

  it('[CLIENT-3] the status says whether a connection has ended or none could be opened', async () => {
    const { clock, server, status } = await online()
    server.behavior.handshake = 'refuse'
    server.last.end(1006)
    expect(status()?.reason).toBe('the connection has ended')
    await clock.advance(5000)
    expect(status()?.reason).toBe('no connection could be opened')
  })

  it('[CLIENT-3] attempts back off with full jitter to at most 20 s', async () => {
    const { connection, clock, server } = setUp()
    server.behavior.handshake = 'refuse'
    connection.start()
    await clock.advance(10 * MINUTE_MS)
    const gaps = server.sockets
      .slice(1)
      .map((socket, index) => socket.openedAt - (server.sockets[index]?.openedAt ?? 0))
    expect(gaps.length).toBeGreaterThan(40)
    expect(gaps[0]).toBeLessThan(600)
    expect(Math.max(...gaps)).toBeLessThan(20_100)
    expect(Math.max(...gaps)).toBeGreaterThan(15_000)
    // Not the same pause again and again.
    expect(new Set(gaps).size).toBeGreaterThan(gaps.length / 2)
  })

  it('[CLIENT-3] clients that are cut off at once spread their first attempts over half a second', async () => {
    const delays = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const { server, clock } = await online({ seed: index })
        const cutAt = clock.now()
        server.last.end(1006)
        await clock.advance(1000)
        return server.last.openedAt - cutAt
      }),
    )
    const tenths = new Set(delays.map((delay) => Math.floor(delay / 100)))
    expect(tenths).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  it('[CLIENT-3] a hidden tab makes one attempt a minute, and one at once when it is probed', async () => {
    const { connection, clock, server, world } = setUp()
    server.behavior.handshake = 'refuse'
    world.visible = false
    connection.start()
    await clock.advance(10 * MINUTE_MS)
    expect(server.sockets.length).toBeLessThan(14)
    const before = server.sockets.length
    world.visible = true
    connection.probe()
    await clock.advance(0)
    expect(server.sockets).toHaveLength(before + 1)
  })

  it('[CLIENT-9] an authentication that the platform refuses is tried again on the same socket', async () => {
    const { connection, clock, server, status } = setUp()
    const { authenticate } = server.behavior.answers
    server.behavior.answers['authenticate'] = () => ({
      message: 'Internal server error',
      request_id: undefined,
    })
    connection.start()
    await clock.advance(100)
    server.behavior.answers['authenticate'] = authenticate
    await clock.advance(3000)
    expect(status()?.phase).toBe('online')
    expect(server.sockets).toHaveLength(1)
  })
})

describe('a lost connection', () => {
  it('[CLIENT-3] is replaced after the server or the network has closed it', async () => {
    const { server, clock, statuses, status } = await online()
    server.last.end(1006)
    await clock.advance(1000)
    expect(status()).toMatchObject({ phase: 'online', session: 2, rotated: false })
    expect(statuses.map(({ phase }) => phase)).toContain('connecting')
  })

  it('[CLIENT-9] an answer without `expires_at` does not end the pings', async () => {
    const { connection, server, clock } = setUp()
    server.behavior.answers['authenticate'] = () => ({ type: 'authenticated', connection_id: 'one' })
    connection.start()
    await clock.advance(10 * MINUTE_MS)
    expect(server.last.sentOf('ping').length).toBeGreaterThanOrEqual(10)
  })

  it('[CLIENT-4] a visible client sends a ping at most 55 s after the last one', async () => {
    const { server, clock } = await online()
    await clock.advance(10 * MINUTE_MS)
    expect(server.last.sentOf('ping').length).toBeGreaterThanOrEqual(10)
    expect(server.last.sentOf('ping').length).toBeLessThanOrEqual(12)
  })

  it('[CLIENT-4] a hidden client sends a ping within 9 minutes, and a beat makes it keep the pace of a visible one', async () => {
    const { server, clock, world, connection } = await online()
    world.visible = false
    await clock.advance(9 * MINUTE_MS)
    expect(server.last.sentOf('ping')).toHaveLength(1)
    for (let beats = 0; beats < 30; beats++) {
      connection.beat()
      await clock.advance(20_000)
    }
    expect(server.last.sentOf('ping').length).toBeGreaterThanOrEqual(10)
  })

  it('[CLIENT-4] a ping without a pong for 10 s ends the connection', async () => {
    const { server, clock, status } = await online()
    const first = server.last
    server.behavior.answers['ping'] = undefined
    await clock.advance(61_000)
    expect(first.readyState).toBe(3)
    expect(status()).toMatchObject({ phase: 'online', session: 2 })
  })

  it('[CLIENT-3] a probe gives a dead connection 3 s, although the socket says that it is open', async () => {
    const { server, clock, connection } = await online()
    const first = server.last
    server.behavior.answers['ping'] = undefined
    connection.probe()
    await clock.advance(2900)
    expect(first.readyState).toBe(1)
    await clock.advance(200)
    expect(first.readyState).toBe(3)
  })

  it('[CLIENT-3] a probe gives a dead connection 3 s, although a ping with more time was sent just before', async () => {
    const { server, clock, connection } = await online()
    const first = server.last
    server.behavior.answers['ping'] = undefined
    connection.ping()
    await clock.advance(100)
    connection.probe()
    await clock.advance(3100)
    expect(first.readyState).toBe(3)
  })

  it('[CLIENT-4] events that ask for a probe while one waits cost no second ping', async () => {
    const { server, clock, connection } = await online()
    for (let tab = 0; tab < 5; tab++) connection.probe()
    await clock.advance(1000)
    expect(server.last.sentOf('ping')).toHaveLength(1)
    await clock.advance(2000)
    connection.probe()
    await clock.advance(1000)
    expect(server.last.sentOf('ping')).toHaveLength(2)
  })

  it('[CLIENT-9] a ping that the platform refuses does not end the connection', async () => {
    const { server, clock, status } = await online()
    const { ping } = server.behavior.answers
    server.behavior.answers['ping'] = () => ({ message: 'Internal server error', request_id: undefined })
    await clock.advance(51_000)
    server.behavior.answers['ping'] = ping
    await clock.advance(10_000)
    expect(server.last.sentOf('ping')).toHaveLength(2)
    expect(status()?.session).toBe(1)
  })

  it('[CLIENT-3] nothing is heard of a socket after it was given up', async () => {
    const { server, clock, frames } = await online()
    const first = server.last
    server.behavior.answers['ping'] = undefined
    await clock.advance(70_000)
    const before = frames.length
    first.readyState = 1
    first.push({ type: 'new_message', conversation_id: 'c', message: {} })
    expect(frames).toHaveLength(before)
  })

  it('[CLIENT-3] after three hours of sleep the old connection is replaced at once', async () => {
    const { server, clock, status } = await online()
    const first = server.last
    clock.sleep(3 * 60 * MINUTE_MS)
    await clock.advance(1500)
    expect(first.readyState).toBe(3)
    expect(status()).toMatchObject({ phase: 'online', session: 2 })
  })

  it('stays closed after stop', async () => {
    const { server, clock, connection } = await online()
    connection.stop()
    await clock.advance(5 * MINUTE_MS)
    expect(server.open).toHaveLength(0)
    expect(server.sockets).toHaveLength(1)
  })
})

describe('a clock that is set back by hours', () => {
  it('[CLIENT-4] does not stop the pings', async () => {
    const { server, clock, setBack } = await online()
    await clock.advance(10_000)
    setBack(180 * MINUTE_MS)
    await clock.advance(10 * MINUTE_MS)
    expect(server.last.sentOf('ping').length).toBeGreaterThanOrEqual(9)
  })

  it('[CLIENT-3] does not keep a probe from finding a dead connection', async () => {
    const { server, clock, connection, setBack } = await online()
    connection.probe()
    await clock.advance(4000)
    setBack(180 * MINUTE_MS)
    server.behavior.answers['ping'] = undefined
    connection.probe()
    await clock.advance(4000)
    expect(server.sockets).toHaveLength(2)
  })

  it('[CLIENT-5] does not keep the connection from being rotated before the limit of two hours', async () => {
    const { server, clock, statuses, setBack } = await online()
    await clock.advance(50 * MINUTE_MS)
    setBack(60 * MINUTE_MS)
    await clock.advance(66 * MINUTE_MS)
    expect(server.sockets).toHaveLength(2)
    expect(statuses.at(-1)).toMatchObject({ session: 2, rotated: true })
  })

  it('[CLIENT-3] [CLIENT-6] stops neither the attempts nor polling', async () => {
    const { connection, server, clock, world, status, setBack } = setUp()
    server.behavior.handshake = 'refuse'
    connection.start()
    await clock.advance(MINUTE_MS)
    setBack(180 * MINUTE_MS)
    world.poll = async () => undefined
    await clock.advance(MINUTE_MS)
    expect(status()?.phase).toBe('polling')
    server.behavior.handshake = 'open'
    await clock.advance(2 * MINUTE_MS)
    expect(status()?.phase).toBe('online')
  })
})

describe('rotation', () => {
  it('[CLIENT-5] between 105 and 115 minutes a second connection takes the place of the first', async () => {
    const { server, clock, statuses } = await online()
    await clock.advance(104 * MINUTE_MS)
    expect(server.sockets).toHaveLength(1)
    await clock.advance(12 * MINUTE_MS)
    const [first, second] = server.sockets
    expect(second?.sentOf('authenticate')).toMatchObject([{ replaces: 'connection 1' }])
    expect(statuses.filter(({ session }) => session > 0).map(({ phase }) => phase)).not.toContain(
      'connecting',
    )
    expect(statuses.at(-1)).toMatchObject({ session: 2, rotated: true })
    expect(first?.readyState).toBe(3)
    expect(server.open).toEqual([second])
  })

  it('[CLIENT-5] while both are open, a push that both deliver is passed on once, and `replaced` is expected', async () => {
    const { server, clock, frames, status } = await online()
    // The first connection stays open for as long as the client lets it.
    await clock.until(() => server.sockets.length === 2)
    await clock.advance(100)
    const [first, second] = server.sockets
    const push = { type: 'new_message', conversation_id: 'c', message: { seq: 1 } }
    first?.push(push)
    second?.push(push)
    first?.push({ type: 'error', code: 'replaced', message: 'replaced', retryable: false })
    first?.end(1000)
    await clock.advance(10_000)
    expect(frames.filter(({ type }) => type === 'new_message')).toHaveLength(1)
    expect(status()).toMatchObject({ phase: 'online', session: 2 })
  })

  it('[CLIENT-5] if the first one is replaced and the answer to the second one is lost, the chat connects again', async () => {
    const { server, clock, status } = await online()
    const [first] = server.sockets
    const { authenticate } = server.behavior.answers
    server.behavior.answers['authenticate'] = () => undefined
    await clock.until(() => server.sockets.length === 2)
    await clock.advance(1000)
    server.behavior.answers['authenticate'] = authenticate
    first?.push({ type: 'error', code: 'replaced', message: 'replaced', retryable: false })
    await clock.advance(2000)
    expect(status()?.phase).toBe('online')
    expect(server.open).toHaveLength(1)
  })

  it('[CLIENT-5] a second connection that cannot be opened is tried again, and the first one stays', async () => {
    const { server, clock, status } = await online()
    await clock.advance(104 * MINUTE_MS)
    server.behavior.handshake = 'refuse'
    await clock.until(() => server.sockets.length === 3)
    expect(status()).toMatchObject({ phase: 'online', session: 1 })
    server.behavior.handshake = 'open'
    await clock.advance(2 * MINUTE_MS)
    expect(status()).toMatchObject({ phase: 'online', session: 2, rotated: true })
  })
})

describe('tokens', () => {
  const shortLived = (clock: { now(): number }) => () => ({
    type: 'authenticated',
    success: true,
    user_id: 'ada',
    connection_id: 'one',
    expires_at: new Date(clock.now() + 10 * MINUTE_MS).toISOString(),
  })
  const refused = () => ({
    type: 'error',
    code: 'unauthorized',
    message: 'a valid token is required',
    retryable: false,
  })

  it('[CLIENT-7] the token is renewed on the open socket before it expires', async () => {
    const { server, clock, world, connection } = setUp()
    server.behavior.answers['authenticate'] = shortLived(clock)
    connection.start()
    await clock.advance(60 * MINUTE_MS)
    expect(server.sockets).toHaveLength(1)
    expect(server.last.sentOf('authenticate').length).toBeGreaterThanOrEqual(6)
    expect(server.last.sentOf('authenticate').length).toBeLessThanOrEqual(8)
    expect(world.tokens).toBe(server.last.sentOf('authenticate').length)
  })

  it('[CLIENT-7] after a sleep, a token that is about to expire is renewed at once', async () => {
    const { server, clock, connection } = setUp()
    server.behavior.answers['authenticate'] = shortLived(clock)
    connection.start()
    await clock.advance(MINUTE_MS)
    clock.sleep(8.5 * MINUTE_MS)
    await clock.advance(100)
    expect(server.sockets).toHaveLength(1)
    expect(server.last.sentOf('authenticate')).toHaveLength(2)
  })

  it('[CLIENT-7] a refused token is replaced once, then the chat is signed out with a reason', async () => {
    const { server, clock, world, connection, status } = setUp()
    server.behavior.answers['authenticate'] = refused
    connection.start()
    await clock.advance(10 * MINUTE_MS)
    expect(status()).toMatchObject({ phase: 'signed-out', reason: 'a valid token is required' })
    expect(world.tokens).toBe(2)
    expect(server.sockets).toHaveLength(1)
    expect(server.open).toHaveLength(0)
  })

  it('[CLIENT-7] an application that throws SignedOut ends the chat; any other error is tried again', async () => {
    let error: Error | undefined = new Error('the network is down')
    const { clock, connection, status } = setUp({
      token: () => {
        if (error) throw error
        return 'a.b.c'
      },
    })
    connection.start()
    await clock.advance(7000)
    expect(status()?.phase).toBe('offline')
    error = undefined
    await clock.advance(30_000)
    expect(status()?.phase).toBe('online')
    error = new SignedOut('gone')
    connection.reconnect()
    await clock.advance(100)
    expect(status()).toMatchObject({ phase: 'signed-out', reason: 'gone' })
  })

  it('[CLIENT-7] a renewal that is refused ends the chat', async () => {
    const { server, clock, connection, status } = setUp()
    server.behavior.answers['authenticate'] = shortLived(clock)
    connection.start()
    await clock.advance(MINUTE_MS)
    server.behavior.answers['authenticate'] = refused
    await clock.advance(10 * MINUTE_MS)
    expect(status()?.phase).toBe('signed-out')
    expect(server.open).toHaveLength(0)
  })

  it('[CLIENT-7] a clock that is hours ahead does not renew in a loop', async () => {
    const { server, clock, connection } = setUp()
    server.behavior.answers['authenticate'] = () => ({
      ...shortLived(clock)(),
      expires_at: new Date(clock.now() - 60 * MINUTE_MS).toISOString(),
    })
    connection.start()
    await clock.advance(10 * MINUTE_MS)
    expect(server.last.sentOf('authenticate').length).toBeLessThanOrEqual(12)
  })
})

describe('a client without a socket', () => {
  it('[CLIENT-6] polls after three attempts that opened no socket, and tries the socket every 30 to 60 s', async () => {
    const { server, clock, world, connection, status } = setUp()
    let polls = 0
    world.poll = async () => ++polls
    server.behavior.handshake = 'refuse'
    connection.start()
    await clock.advance(6000)
    expect(status()?.phase).toBe('polling')
    const [polled, tried] = [polls, server.sockets.length]
    await clock.advance(5 * MINUTE_MS)
    expect(polls - polled).toBeGreaterThan(80)
    expect(polls - polled).toBeLessThan(130)
    expect(server.sockets.length - tried).toBeGreaterThanOrEqual(4)
    expect(server.sockets.length - tried).toBeLessThanOrEqual(11)
    server.behavior.handshake = 'open'
    await clock.advance(MINUTE_MS)
    expect(status()?.phase).toBe('online')
    const after = polls
    await clock.advance(MINUTE_MS)
    expect(polls).toBe(after)
  })

  it('[CLIENT-6] keeps the usual back-off for twelve failures after a session, because the server may be busy', async () => {
    const { server, clock, world, status } = await online()
    world.poll = async () => undefined
    server.behavior.handshake = 'refuse'
    server.last.end(1006)
    await clock.until(() => status()?.phase === 'polling')
    const tried = server.sockets.length
    await clock.advance(MINUTE_MS)
    expect(server.sockets.length - tried).toBeGreaterThanOrEqual(5)
    await clock.advance(5 * MINUTE_MS)
    const later = server.sockets.length
    await clock.advance(5 * MINUTE_MS)
    expect(server.sockets.length - later).toBeGreaterThanOrEqual(4)
    expect(server.sockets.length - later).toBeLessThanOrEqual(11)
  })

  it('[CLIENT-6] polls after 6 s if the socket hangs, and every minute while hidden', async () => {
    const { server, clock, world, connection, status } = setUp()
    let polls = 0
    world.poll = async () => ++polls
    world.visible = false
    server.behavior.handshake = 'hang'
    connection.start()
    await clock.advance(5900)
    expect(polls).toBe(0)
    await clock.advance(200)
    expect(status()?.phase).toBe('polling')
    await clock.advance(10 * MINUTE_MS)
    expect(polls).toBeLessThanOrEqual(14)
    expect(polls).toBeGreaterThanOrEqual(8)
  })

  it('[CLIENT-6] is offline if REST does not work either, and says when it tries again', async () => {
    const { server, clock, connection, status } = setUp()
    server.behavior.handshake = 'refuse'
    connection.start()
    await clock.advance(20_000)
    expect(status()).toMatchObject({ phase: 'offline' })
    expect(status()?.retryAt).toBeGreaterThan(clock.now())
  })
})

describe('an overloaded server', () => {
  it('[CLIENT-6] is not polled more and more while its answers take longer than 5 s', async () => {
    const { server, clock, world, connection, status } = setUp()
    let polls = 0
    world.poll = () => {
      polls++
      return new Promise((resolve) => void clock.setTimeout(() => resolve(undefined), 6000))
    }
    server.behavior.handshake = 'hang'
    connection.start()
    await clock.advance(13_000)
    expect(status()?.phase).toBe('offline')
    await clock.advance(5 * MINUTE_MS)
    expect(polls).toBeLessThan(12)
    world.poll = async () => undefined
    await clock.advance(72_000)
    expect(status()?.phase).toBe('polling')
  })

  it('[CLIENT-3] gets one `authenticate` on each connection, however long the answer takes', async () => {
    const { server, clock, connection, status } = setUp()
    const { authenticate } = server.behavior.answers
    server.behavior.answers['authenticate'] = () => undefined
    connection.start()
    await clock.advance(30_000)
    expect(server.sockets.length).toBeGreaterThan(1)
    for (const socket of server.sockets) expect(socket.sentOf('authenticate')).toHaveLength(1)
    server.behavior.answers['authenticate'] = authenticate
    await clock.advance(30_000)
    expect(status()?.phase).toBe('online')
  })

  it('[CLIENT-6] is given 2 s for a first round of polling after a session, until three rounds have not worked', async () => {
    const { server, clock, world, status } = await online()
    const timeouts: unknown[] = []
    world.poll = async (timeoutMs) => {
      timeouts.push(timeoutMs)
      throw new Error('timeout')
    }
    server.behavior.handshake = 'hang'
    server.last.end(1006)
    await clock.until(() => timeouts.length === 4)
    expect(timeouts).toEqual([2000, 2000, 2000, undefined])
    world.poll = async () => undefined
    await clock.until(() => status()?.phase === 'polling')
  })

  it('[CLIENT-6] is not polled by all clients that it has lost at the same moment', async () => {
    const polledAt: number[] = []
    for (let seed = 1; seed <= 20; seed++) {
      const { server, clock, world } = await online({ seed })
      const cutAt = clock.now()
      world.poll = async () => polledAt.push(clock.now() - cutAt)
      server.behavior.handshake = 'hang'
      server.last.end(1006)
      await clock.advance(8000)
    }
    expect(polledAt).toHaveLength(20)
    expect(Math.min(...polledAt)).toBeGreaterThanOrEqual(6000)
    expect(Math.max(...polledAt) - Math.min(...polledAt)).toBeGreaterThan(1000)
  })
})

describe('the end of a connection', () => {
  it('[CLIENT-3] a connection that another one replaced stays closed until the user wants it back', async () => {
    const { server, clock, connection, status } = await online()
    server.last.push({ type: 'error', code: 'replaced', message: 'too many connections', retryable: false })
    server.last.end(1000)
    await clock.advance(10 * MINUTE_MS)
    expect(status()).toMatchObject({ phase: 'replaced', reason: 'too many connections' })
    expect(server.sockets).toHaveLength(1)
    connection.reconnect()
    await clock.advance(100)
    expect(status()?.phase).toBe('online')
  })

  it('[CLIENT-3] a connection that the server no longer knows is opened again', async () => {
    const { server, clock, status } = await online()
    server.last.push({
      type: 'error',
      code: 'reconnect_required',
      message: 'unknown',
      request_id: 'x',
      retryable: true,
    })
    await clock.advance(1000)
    expect(status()).toMatchObject({ phase: 'online', session: 2 })
  })

  it('[CLIENT-9] frames that are no objects or have no known type do not throw', async () => {
    const { server, frames } = await online()
    for (const data of [
      'nonsense',
      '[]',
      'null',
      '7',
      '{"type":"from the future"}',
      '{"message":"Forbidden"}',
      new ArrayBuffer(3),
    ])
      server.last.onmessage?.({ data })
    expect(frames.slice(-2)).toEqual([{ type: 'from the future' }, { message: 'Forbidden' }])
  })
})
