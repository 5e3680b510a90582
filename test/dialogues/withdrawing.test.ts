import { describe, expect, it } from 'vitest'
import {
  admins,
  anAdmin,
  conversationsOf,
  invitationsPath,
  invite,
  respond,
  withdraw,
} from '../support/chat.ts'

describe('withdrawing an invitation', () => {
  it('[INV-11] is pushed to every connection of the invited user, and can be repeated', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const id = await invite(ada, bob)
    const sockets = [await bob.connect(), await bob.connect()]
    const answers = [await withdraw(ada, id), await withdraw(ada, id)]
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([200, { success: true, data: {} }])
    }
    for (const socket of sockets) {
      expect(await socket.next('invitation_withdrawn')).toEqual({
        type: 'invitation_withdrawn',
        invitation_id: id,
      })
      await socket.ask({ type: 'ping' })
      expect(socket.frames.filter(({ type }) => type === 'invitation_withdrawn')).toHaveLength(1)
    }
  })

  it('[INV-11] is possible only for the sender', async () => {
    const { ada, bob, eve } = await admins('ada', 'bob', 'eve')
    const id = await invite(ada, bob)
    const answers = [await withdraw(bob, id), await withdraw(eve, id), await withdraw(ada, 'none')]
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await respond(bob, id, 'accept')).status).toBe(200)
  })

  it.each(['accept', 'reject'])('[INV-11] is already_answered after an answer: %s', async (action) => {
    const { ada, bob } = await admins('ada', 'bob')
    const id = await invite(ada, bob)
    await respond(bob, id, action)
    expect(await withdraw(ada, id)).toMatchObject({ status: 409, body: { code: 'already_answered' } })
  })

  it('[INV-11] [INV-7] at the same time as an answer: exactly one of them succeeds', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const id = await invite(ada, bob)
    const [accepted, withdrawn] = await Promise.all([respond(bob, id, 'accept'), withdraw(ada, id)])
    const outcome = [accepted.status, withdrawn.status]
    expect([
      [200, 409],
      [404, 200],
    ]).toContainEqual(outcome)
    expect(await conversationsOf(ada)).toHaveLength(accepted.status === 200 ? 1 : 0)
  })

  it('[INV-12] ends the invitation for both users, who can invite each other again', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const id = await invite(ada, bob)
    await withdraw(ada, id)
    expect((await bob.call('GET', '/invitations')).body['data'].invitations).toEqual([])
    expect(await conversationsOf(ada)).toEqual([])
    for (const action of ['accept', 'reject']) {
      expect(await respond(bob, id, action)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    const next = await invite(bob, ada)
    expect(next).not.toBe(id)
    // Repeating the withdrawal does not affect the new invitation.
    expect((await withdraw(ada, id)).status).toBe(200)
    expect((await respond(ada, next, 'accept')).status).toBe(200)
  })

  it('[INV-12] works for invitations to a group', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { body } = await ada.call('POST', '/conversations', { user_ids: [bob.id] })
    const { conversation_id, invitations } = body['data']
    expect((await withdraw(ada, invitations[0].id)).status).toBe(200)
    expect(await respond(bob, invitations[0].id, 'accept')).toMatchObject({ status: 404 })
    const again = await ada.call('POST', invitationsPath(conversation_id), { to_user_id: bob.id })
    expect((await respond(bob, again.body['data'].invitations[0].id, 'accept')).status).toBe(200)
  })

  it('[RATE-5] makes room for another invitation', async () => {
    const ada = await anAdmin('ada')
    const ids = []
    for (let n = 0; n < 20; n++) ids.push(await invite(ada, await anAdmin('other')))
    const next = await anAdmin('next')
    expect((await ada.call('POST', '/invitations', { to_user_id: next.id })).status).toBe(429)
    await withdraw(ada, ids[0] ?? '')
    expect((await ada.call('POST', '/invitations', { to_user_id: next.id })).status).toBe(200)
  })
})
