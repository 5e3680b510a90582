import { describe, expect, it } from 'vitest'
import { revokeUser } from '../../lambdas/chat/connections/revoke.ts'
import { admins, anAdmin, aPair, joined, message, post, pushes, rest } from '../support/chat.ts'
import { demoOrigin } from '../support/constants.ts'
import { openSocket, type Socket } from '../support/socket.ts'
import { openStores, quiet } from '../support/stores.ts'
import { seconds, tokenFor } from '../support/tokens.ts'

/** Authenticates with a token that is past its `exp` but within the tolerance for clocks. */
const authenticateExpired = (socket: Socket, user: string) =>
  socket.ask({ type: 'authenticate', token: tokenFor(user, { exp: seconds() - 5, iat: seconds() - 60 }) })

describe('connecting', () => {
  it('[CONN-1] a handshake from a foreign origin is refused with 403; one from an allowed origin or without an origin is accepted', async () => {
    await expect(openSocket({ origin: 'https://evil.example' })).rejects.toThrow('403')
    await expect(openSocket({ origin: `${demoOrigin}.evil.example` })).rejects.toThrow('403')
    await (await openSocket({ origin: demoOrigin })).close()
    await (await openSocket()).close()
  })

  it('[CONN-2] every frame but authenticate is unauthorized before authentication', async () => {
    const socket = await openSocket()
    for (const frame of [
      { type: 'join_conversation', conversation_id: 'c' },
      { type: 'leave_conversation', conversation_id: 'c' },
      message('c', 'hi'),
      { type: 'ping' },
    ]) {
      expect(await socket.ask(frame)).toMatchObject({ type: 'error', code: 'unauthorized', retryable: false })
    }
  })

  it('[CONN-5] the tenth refused frame before authentication closes the connection', async () => {
    const socket = await openSocket()
    const frames = [{ type: 'ping' }, { type: 'nonsense' }, message('c', 'hi'), { type: 'join_conversation' }]
    let answers = 0
    const next = () =>
      Promise.race([socket.ask(frames[answers % frames.length] ?? {}), socket.closed.then(() => undefined)])
    for (let answer = await next(); answer; answer = await next()) {
      expect(answer['type']).toBe('error')
      answers++
    }
    expect(await socket.closed).toBe(1000)
    expect(answers).toBeGreaterThanOrEqual(10)
  })

  it('[CONN-3] a connection unknown to the server receives reconnect_required and is closed', async () => {
    const ada = await anAdmin()
    const socket = await ada.connect()
    await openStores().connections.markClosing(socket.connectionId)
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ code: 'reconnect_required', retryable: true })
    expect(await socket.closed).toBe(1000)
  })
})

describe('authenticating', () => {
  it('[AUTH-1] a valid token authenticates the connection as its user', async () => {
    const ada = await anAdmin()
    const socket = await openSocket()
    expect(await socket.ask({ type: 'authenticate', token: ada.token })).toEqual({
      type: 'authenticated',
      success: true,
      user_id: ada.id,
      connection_id: expect.any(String),
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      request_id: expect.any(String),
    })
  })

  it('[AUTH-2] every bad token is refused with the same message', async () => {
    const { id } = await anAdmin()
    const now = seconds()
    const unsigned = `${tokenFor(id).split('.').slice(0, 2).join('.')}.`
    const bad = [
      'x',
      '',
      unsigned,
      tokenFor(id, {}, 'another secret that is longer than 32 bytes'),
      tokenFor(id, { exp: now - 61 }),
      tokenFor(id, { exp: now + 26 * 3600 }),
      tokenFor(id, { iat: now + 120 }),
      tokenFor(id, { nbf: now + 120 }),
      tokenFor(id, {}, undefined, { crit: ['exp'] }),
      tokenFor('nobody@example.org'),
      tokenFor('not a user id'),
    ]
    const messages = new Set<string>()
    for (const token of bad) {
      const socket = await openSocket()
      const answer = await socket.ask({ type: 'authenticate', token })
      expect(answer, token).toMatchObject({ type: 'error', code: 'unauthorized' })
      messages.add(answer['message'])
      const { status, body } = await rest('GET', '/api/admin/chat/conversations', {
        authorization: `Bearer ${token}`,
      })
      expect([status, body['code']], token).toEqual([401, 'unauthorized'])
      messages.add(body['message'])
    }
    expect(messages.size).toBe(1)
  })

  it('[AUTH-3] a token is accepted up to 60 s after its exp, because clocks may differ', async () => {
    const { id } = await anAdmin()
    const token = tokenFor(id, { exp: seconds() - 30, iat: seconds() - 90 })
    expect(
      (await rest('GET', '/api/admin/chat/invitations', { authorization: `Bearer ${token}` })).status,
    ).toBe(200)
  })

  it('[AUTH-4] the third refused token closes the connection after the error', async () => {
    const socket = await openSocket()
    for (const _ of [1, 2, 3]) {
      expect(await socket.ask({ type: 'authenticate', token: 'bad' })).toMatchObject({ code: 'unauthorized' })
    }
    expect(await socket.closed).toBe(1000)
  })

  it('[AUTH-5] a user who is not an administrator is forbidden, over the socket and over REST', async () => {
    const guest = await anAdmin('guest', 'user')
    const socket = await openSocket()
    expect(await socket.ask({ type: 'authenticate', token: guest.token })).toMatchObject({
      code: 'forbidden',
    })
    expect(await guest.call('GET', '/conversations')).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
  })

  it('[AUTH-6] the same user renews the token; another user is refused and the connection is closed', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const socket = await ada.connect()
    const renewed = tokenFor(ada.id, { exp: seconds() + 7200 })
    expect(await socket.ask({ type: 'authenticate', token: renewed })).toMatchObject({
      type: 'authenticated',
    })
    expect(await socket.ask({ type: 'authenticate', token: bob.token })).toMatchObject({ code: 'forbidden' })
    expect(await socket.closed).toBe(1000)
  })

  it.each([
    ['is not an administrator', async () => (await anAdmin('eve', 'user')).token],
    ['does not exist', async () => tokenFor('nobody-at-all')],
  ])('[AUTH-6] another user who %s is refused too, and the connection is closed', async (_user, token) => {
    const socket = await (await anAdmin('ada')).connect()
    expect(await socket.ask({ type: 'authenticate', token: await token() })).toMatchObject({
      code: 'forbidden',
    })
    expect(await socket.closed).toBe(1000)
  })

  it('[AUTH-7] after exp a connection receives token_expired and no pushes until it authenticates again', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await openSocket()
    await authenticateExpired(socket, ada.id)
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ code: 'token_expired', retryable: false })
    await post(bob, conversation, 'not pushed')
    await socket.ask({ type: 'authenticate', token: ada.token })
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    await post(bob, conversation, 'pushed')
    expect(await socket.next('new_message')).toMatchObject({ message: { content: 'pushed' } })
  })

  it('[AUTH-7] expiry and renewal of a token apply to joined conversations too', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    await authenticateExpired(socket, ada.id)
    expect(await socket.ask(message(conversation, 'late'))).toMatchObject({ code: 'token_expired' })
    await socket.ask({ type: 'authenticate', token: ada.token })
    const other = await bob.connect()
    await other.ask(message(conversation, 'again'))
    expect(await socket.next('new_message')).toMatchObject({ message: { content: 'again' } })
  })

  it('[AUTH-14] a connection that a new one replaces receives replaced and is closed, after the answer to authenticate', async () => {
    const { ada, bob, conversation } = await aPair()
    const [old, other] = [await joined(ada, conversation), await ada.connect()]
    const socket = await openSocket()
    const authenticate = { type: 'authenticate', token: ada.token, replaces: old.connectionId }
    expect(await socket.ask(authenticate)).toMatchObject({ type: 'authenticated' })
    expect(old.frames.filter(({ type }) => type === 'error')).toEqual([])
    expect(await old.next('error')).toMatchObject({ code: 'replaced', retryable: false })
    expect(await old.closed).toBe(1000)
    await post(bob, conversation, 'hi')
    for (const remaining of [socket, other]) await remaining.next('new_message')
  })

  it('[AUTH-14] a connection of another user, or the connection itself, is not replaced', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const [own, foreign] = [await ada.connect(), await bob.connect()]
    const others = [
      foreign.connectionId,
      own.connectionId,
      'unknown',
      '',
      '\ud800',
      '__proto__',
      'x'.repeat(5000),
    ]
    for (const replaces of others) {
      const answer = await own.ask({ type: 'authenticate', token: ada.token, replaces })
      expect(answer, replaces).toMatchObject({ type: 'authenticated' })
    }
    // Whatever was queued has run when a later replacement is complete.
    const [old, next] = [await ada.connect(), await openSocket()]
    await next.ask({ type: 'authenticate', token: ada.token, replaces: old.connectionId })
    await old.closed
    for (const socket of [own, foreign])
      expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
  })

  it('[AUTH-8] a removed user receives nothing more and is refused everywhere', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(bob, conversation)
    const stores = openStores()
    await stores.users.removeUser(bob.id)
    const poster = { close: async () => undefined }
    expect(await revokeUser({ ...stores, ...quiet, poster }, bob.id)).toBe(1)
    await post(ada, conversation, 'secret')
    expect(await socket.ask(message(conversation, 'still here'))).toMatchObject({
      code: 'reconnect_required',
    })
    expect(pushes(socket)).toEqual([])
    expect((await bob.call('GET', '/conversations')).status).toBe(401)
  })
})
