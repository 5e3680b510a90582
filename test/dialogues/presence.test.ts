import { describe, expect, it } from 'vitest'
import { type Admin, anAdmin, aPair } from '../support/chat.ts'
import type { Socket } from '../support/socket.ts'

async function acquaint(one: Admin, other: Admin): Promise<void> {
  const invited = await one.call('POST', '/invitations', { to_user_id: other.id })
  const path = `/invitations/${invited.body['data'].invitation_id}/respond`
  await other.call('PUT', path, { action: 'accept' })
}

/** What a socket has heard of a user so far. */
const heardOf = (socket: Socket, user: Admin) =>
  socket.frames
    .filter(({ type, user_id }) => type === 'user_presence' && user_id === user.id)
    .map(({ is_online }) => is_online)

describe('presence', () => {
  it('[PRESENCE-1] [PRESENCE-2] a user comes with the first device and goes with the last, told within 3 s', async () => {
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
    const closed = performance.now()
    const gone = await b.next('user_presence')
    expect(performance.now() - closed).toBeLessThan(3000)
    expect(gone).toMatchObject({ user_id: ada.id, is_online: false })
    expect(gone['last_seen'] > before).toBe(true)
    expect(heardOf(b, bob)).toEqual([])
  })

  it('[PRESENCE-3] a further device, and the end of one of several, are told to nobody', async () => {
    const { ada, bob } = await aPair()
    const cyd = await anAdmin('cyd')
    await acquaint(bob, cyd)
    const b = await bob.connect()
    const [a1, a2] = [await ada.connect(), await ada.connect()]
    await b.next('user_presence')
    await a1.close()
    // What is told of cyd comes after whatever would be told of ada.
    const c = await cyd.connect()
    await b.next('user_presence')
    await c.close()
    expect(await b.next('user_presence')).toMatchObject({ user_id: cyd.id, is_online: false })
    expect(heardOf(b, ada)).toEqual([true])
    a2.terminate()
    expect(await b.next('user_presence')).toMatchObject({ user_id: ada.id, is_online: false })
    expect(heardOf(b, ada)).toEqual([true, false])
  })

  it('[PRESENCE-4] who shares no conversation hears nothing, an open invitation notwithstanding', async () => {
    const { ada, bob } = await aPair()
    const [eve, invited] = [await anAdmin('eve'), await anAdmin('invited')]
    await ada.call('POST', '/invitations', { to_user_id: invited.id })
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

  it('[PRESENCE-4] the list does not tell of an invited user either', async () => {
    const [ada, invited] = [await anAdmin('ada'), await anAdmin('invited')]
    await invited.connect()
    await ada.call('POST', '/invitations', { to_user_id: invited.id })
    const [pending] = (await ada.call('GET', '/conversations')).body['data'].conversations
    expect(pending).toMatchObject({ status: 'pending', participant: { id: invited.id } })
    expect(Object.keys(pending.participant)).toEqual(['id', 'firstname', 'lastname', 'email'])
  })
})
