import { describe, expect, it } from 'vitest'
import { revokeUser } from '../../lambdas/chat/connections/revoke.ts'
import { anAdmin, aPair, joined, message, pushes, rest } from '../support/chat.ts'
import { demoOrigin } from '../support/constants.ts'
import { openSocket } from '../support/socket.ts'
import { openStores, quiet } from '../support/stores.ts'
import { seconds, tokenFor } from '../support/tokens.ts'

describe('connecting', () => {
  it('[CONN-1] a handshake from a foreign origin is refused with 403, one from an allowed origin or none is not', async () => {
    await expect(openSocket({ origin: 'https://evil.example' })).rejects.toThrow('403')
    await expect(openSocket({ origin: `${demoOrigin}.evil.example` })).rejects.toThrow('403')
    await (await openSocket({ origin: demoOrigin })).close()
    await (await openSocket()).close()
  })

  it('[CONN-2] before authentication every other frame is unauthorized', async () => {
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

  it('[CONN-3] a connection that the server forgot is told to reconnect and closed', async () => {
    const ada = await anAdmin()
    const socket = await ada.connect()
    await openStores().connections.markClosing(socket.connectionId)
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ code: 'reconnect_required', retryable: true })
    expect(await socket.closed).toBe(1000)
  })
})

describe('authenticating', () => {
  it('[AUTH-1] a valid token makes the connection its user’s', async () => {
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

  it('[AUTH-2] every bad token gets the same answer', async () => {
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
    const texts = new Set<string>()
    for (const token of bad) {
      const socket = await openSocket()
      const answer = await socket.ask({ type: 'authenticate', token })
      expect(answer, token).toMatchObject({ type: 'error', code: 'unauthorized' })
      texts.add(answer['message'])
      const { status, body } = await rest('GET', '/api/admin/chat/conversations', {
        authorization: `Bearer ${token}`,
      })
      expect([status, body['code']], token).toEqual([401, 'unauthorized'])
      texts.add(body['message'])
    }
    expect(texts.size).toBe(1)
  })

  it('[AUTH-3] a token that expired half a minute ago may still be a matter of clocks', async () => {
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

  it('[AUTH-5] who is no administrator is forbidden, over the socket and over REST', async () => {
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

  it('[AUTH-6] the same user renews, another user is refused and the connection closed', async () => {
    const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
    const socket = await ada.connect()
    const renewed = tokenFor(ada.id, { exp: seconds() + 7200 })
    expect(await socket.ask({ type: 'authenticate', token: renewed })).toMatchObject({
      type: 'authenticated',
    })
    expect(await socket.ask({ type: 'authenticate', token: bob.token })).toMatchObject({ code: 'forbidden' })
    expect(await socket.closed).toBe(1000)
  })

  it.each([
    ['is no administrator', async () => (await anAdmin('eve', 'user')).token],
    ['does not exist', async () => tokenFor('nobody-at-all')],
  ])('[AUTH-6] another user is refused and closed too who %s', async (_who, theirs) => {
    const socket = await (await anAdmin('ada')).connect()
    expect(await socket.ask({ type: 'authenticate', token: await theirs() })).toMatchObject({
      code: 'forbidden',
    })
    expect(await socket.closed).toBe(1000)
  })

  it('[AUTH-7] after exp a connection is told so, gets no more pushes, and is whole again after a new token', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await openSocket()
    // Within the tolerance of clocks, and yet expired.
    await socket.ask({
      type: 'authenticate',
      token: tokenFor(ada.id, { exp: seconds() - 5, iat: seconds() - 60 }),
    })
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ code: 'token_expired', retryable: false })
    await bob.call('POST', `/conversations/${conversation}/messages`, { content: 'unheard' })
    await socket.ask({ type: 'authenticate', token: ada.token })
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    await bob.call('POST', `/conversations/${conversation}/messages`, { content: 'heard' })
    expect(await socket.next('new_message')).toMatchObject({ message: { content: 'heard' } })
  })

  it('[AUTH-7] a renewed token counts in joined conversations too', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    await socket.ask({
      type: 'authenticate',
      token: tokenFor(ada.id, { exp: seconds() - 5, iat: seconds() - 60 }),
    })
    expect(await socket.ask(message(conversation, 'late'))).toMatchObject({ code: 'token_expired' })
    await socket.ask({ type: 'authenticate', token: ada.token })
    const other = await bob.connect()
    await other.ask(message(conversation, 'again'))
    expect(await socket.next('new_message')).toMatchObject({ message: { content: 'again' } })
  })

  it('[AUTH-8] a removed user receives nothing more and may do nothing more', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(bob, conversation)
    const stores = openStores()
    await stores.users.removeUser(bob.id)
    const poster = { post: async () => 'failed' as const, close: async () => undefined }
    expect(await revokeUser({ ...stores, ...quiet, poster }, bob.id)).toBe(1)
    await ada.call('POST', `/conversations/${conversation}/messages`, { content: 'secret' })
    expect(await socket.ask(message(conversation, 'still here'))).toMatchObject({
      code: 'reconnect_required',
    })
    expect(pushes(socket)).toEqual([])
    expect((await bob.call('GET', '/conversations')).status).toBe(401)
  })
})
