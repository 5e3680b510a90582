import jwt from 'jsonwebtoken'
import { describe, expect, inject, it } from 'vitest'
import { removeUser } from '../../cli/users/remove-user.ts'
import { signOut } from '../../cli/users/sign-out-user.ts'
import { authenticate } from '../../lambdas/chat/connections/authenticate.ts'
import { revokeUser } from '../../lambdas/chat/connections/revoke.ts'
import { anAdmin, aPair, joined, message, post, pushes, rest } from '../support/chat.ts'
import { testSecret } from '../support/constants.ts'
import { anId, rig, runBefore } from '../support/interleave.ts'
import { openIn } from '../support/own-chat.ts'
import { openSocket } from '../support/socket.ts'
import { openStores, quiet } from '../support/stores.ts'
import { seconds, tokenFor } from '../support/tokens.ts'

const stores = openStores()
const poster = { post: async () => 'failed' as const, close: async () => undefined }
const signOutAt = (id: string, second: number) =>
  signOut(
    {
      users: stores.users,
      revoke: (user) => revokeUser({ ...stores, ...quiet, poster }, user),
      now: async () => second * 1000,
    },
    id,
  )
const statusWith = async (token: string) =>
  (await rest('GET', '/api/admin/chat/conversations', { authorization: `Bearer ${token}` })).status

describe('signing a user out', () => {
  it('[AUTH-12] [AUTH-8] closes the sockets with code 1000, as removing does, and the token is refused from then on', async () => {
    const target = await openIn(inject('dataDir'))
    for (const end of [signOut, removeUser]) {
      const { ada, bob, conversation } = await aPair()
      const [first, second, others] = [
        await joined(ada, conversation),
        await ada.connect(),
        await joined(bob, conversation),
      ]
      await end(target, ada.id)
      expect([await first.closed, await second.closed]).toEqual([1000, 1000])
      expect(first.frames.filter(({ type }) => type === 'error')).toEqual([])
      const again = await openSocket()
      expect(await again.ask({ type: 'authenticate', token: ada.token })).toMatchObject({
        code: 'unauthorized',
      })
      expect(await statusWith(ada.token)).toBe(401)
      expect(await others.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    }
  })

  it('[AUTH-12] refuses the tokens issued until then, over the socket and over REST', async () => {
    const ada = await anAdmin()
    const now = seconds()
    await signOutAt(ada.id, now)
    const issued = [now - 1, now, now + 0.9].map((iat) => tokenFor(ada.id, { iat }))
    const undated = jwt.sign({ user_id: ada.id, exp: now + 3600 }, testSecret, { noTimestamp: true })
    for (const token of [...issued, undated]) {
      expect(await statusWith(token)).toBe(401)
      const socket = await openSocket()
      expect(await socket.ask({ type: 'authenticate', token })).toMatchObject({
        code: 'unauthorized',
        message: 'a valid token is required',
      })
    }
    const later = tokenFor(ada.id, { iat: now + 1 })
    expect(await statusWith(later)).toBe(200)
    const socket = await openSocket()
    expect(await socket.ask({ type: 'authenticate', token: later })).toMatchObject({ user_id: ada.id })
  })

  it('[AUTH-12] ends all rights of open connections, and affects no other user', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await joined(bob, conversation)
    expect(await signOutAt(bob.id, seconds())).toBe(1)
    await post(ada, conversation, 'secret')
    expect(await socket.ask(message(conversation, 'still here'))).toMatchObject({
      code: 'reconnect_required',
    })
    expect(pushes(socket)).toEqual([])
  })

  it('[AUTH-12] applies to an authentication that is just being committed', async () => {
    const ada = await anAdmin()
    const connection = `${anId()}=`
    const source = { connection, connectedAt: Date.now(), receivedAt: Date.now() }
    await stores.register.add({ id: connection, openedAt: source.connectedAt })
    const { deps } = rig()
    runBefore(deps, 'authentication', 'bind', () => stores.users.signOut(ada.id, seconds() + 1))
    const attempt = authenticate(deps, source, tokenFor(ada.id))
    await expect(attempt).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await stores.connections.userConnections(ada.id)).toEqual([])
    expect(await stores.connections.find(connection)).toBeUndefined()
  })

  it('[AUTH-12] survives an import of the user, and is not undone by a clock that is behind', async () => {
    const ada = await anAdmin()
    const now = seconds()
    await signOutAt(ada.id, now)
    await stores.users.importUsers([{ id: ada.id, firstname: 'A', lastname: 'L', email: '', role: 'admin' }])
    await signOutAt(ada.id, now - 60)
    expect(await stores.users.find(ada.id)).toMatchObject({ firstname: 'A', signedOutAt: now })
    expect(await statusWith(tokenFor(ada.id, { iat: now - 30 }))).toBe(401)
  })

  it('[AUTH-12] can be repeated after a failure, and fails for a user who does not exist', async () => {
    const ada = await anAdmin()
    const socket = await ada.connect()
    const failing = {
      users: stores.users,
      revoke: () => Promise.reject(new Error('crashed')),
      now: async () => Date.now(),
    }
    await expect(signOut(failing, ada.id)).rejects.toThrow('crashed')
    expect(await signOutAt(ada.id, seconds())).toBe(1)
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ code: 'reconnect_required' })
    await expect(signOutAt('nobody@example.org', seconds())).rejects.toThrow('There is no user')
  })
})
