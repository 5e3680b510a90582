import { describe, expect, it } from 'vitest'
import { type Admin, admins, anAdmin, aPair, conversationsOf, invite, pairUp } from '../support/chat.ts'
import type { Socket } from '../support/socket.ts'

/** The values of `is_online` that a socket has received for a user. */
const announced = (socket: Socket, user: Admin) =>
  socket.frames
    .filter(({ type, user_id }) => type === 'user_presence' && user_id === user.id)
    .map(({ is_online }) => is_online)

describe('presence', () => {
  it('[PRESENCE-1] [PRESENCE-2] a user is online while any device is connected, and changes are announced', async () => {
    const { ada, bob } = await aPair()
    const b = await bob.connect()
    const before = new Date().toISOString()
    const a = await ada.connect()
    expect(await b.next('user_presence')).toEqual({
      type: 'user_presence',
      user_id: ada.id,
      is_online: true,
      last_seen: expect.stringMatching(/Z$/),
    })
    await a.close()
    const offline = await b.next('user_presence')
    expect(offline).toMatchObject({ user_id: ada.id, is_online: false })
    expect(offline['last_seen'] > before).toBe(true)
    expect(announced(b, bob)).toEqual([])
  })

  it('[PRESENCE-3] a second device of an online user is not announced, neither when it connects nor when it disconnects', async () => {
    const { ada, bob } = await aPair()
    const cyd = await anAdmin('cyd')
    await pairUp(bob, cyd)
    const b = await bob.connect()
    const [a1, a2] = [await ada.connect(), await ada.connect()]
    await b.next('user_presence')
    await a1.close()
    // By the time cyd is announced as offline, ada would have been announced as well.
    const c = await cyd.connect()
    await b.next('user_presence')
    await c.close()
    expect(await b.next('user_presence')).toMatchObject({ user_id: cyd.id, is_online: false })
    expect(announced(b, ada)).toEqual([true])
    a2.terminate()
    expect(await b.next('user_presence')).toMatchObject({ user_id: ada.id, is_online: false })
    expect(announced(b, ada)).toEqual([true, false])
  })

  it('[PRESENCE-4] users who share no conversation with a user receive nothing, even if invited', async () => {
    const { ada, bob } = await aPair()
    const { eve, invited } = await admins('eve', 'invited')
    await invite(ada, invited)
    const strangers = [await eve.connect(), await invited.connect()]
    const b = [await bob.connect(), await bob.connect()]
    const a = await ada.connect()
    for (const socket of b) await socket.next('user_presence')
    await a.close()
    for (const socket of b) await socket.next('user_presence')
    for (const socket of strangers) {
      await socket.ask({ type: 'ping' })
      expect(socket.frames.filter(({ type }) => type === 'user_presence')).toEqual([])
    }
  })

  it('[PRESENCE-4] the list does not show the presence of an invited user', async () => {
    const { ada, invited } = await admins('ada', 'invited')
    await invited.connect()
    await invite(ada, invited)
    const [pending] = await conversationsOf(ada)
    expect(pending).toMatchObject({ status: 'pending', participant: { id: invited.id } })
    expect(Object.keys(pending?.['participant'])).toEqual(['id', 'firstname', 'lastname', 'email'])
  })
})
