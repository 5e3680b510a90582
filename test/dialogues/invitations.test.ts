import { describe, expect, it } from 'vitest'
import { admins, anAdmin, aPair, invite, respond } from '../support/chat.ts'

/** Ada, Bob, and the id of Ada's pending invitation to Bob. */
async function anInvitation() {
  const { ada, bob } = await admins('ada', 'bob')
  return { ada, bob, id: await invite(ada, bob) }
}

describe('inviting', () => {
  it('[INV-1] [INV-9] [INV-15] an invitation is stored and pushed to every connection of the invited user', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const sockets = [await bob.connect(), await bob.connect()]
    const { status, body } = await ada.call('POST', '/invitations', { to_user_id: bob.id, message: 'hello' })
    expect(status).toBe(200)
    const inviter = { id: ada.id, firstname: 'ada', lastname: 'Test', email: ada.id }
    const invitation = {
      id: body['data'].invitation_id,
      from_user: inviter,
      fromUser: inviter,
      message: 'hello',
      status: 'pending',
      created_at: expect.stringMatching(/Z$/),
    }
    const to_user = { id: bob.id, firstname: 'bob', lastname: 'Test', email: bob.id }
    expect(body['data'].invitation).toEqual({ ...invitation, to_user })
    for (const socket of sockets) {
      expect(await socket.next('new_invitation')).toEqual({ type: 'new_invitation', invitation })
    }
    const received = await bob.call('GET', '/invitations')
    expect(received.body['data']).toEqual({ invitations: [invitation] })
  })

  it('[INV-2] inviting in either direction returns the pending invitation and pushes nothing', async () => {
    const { ada, bob, id } = await anInvitation()
    const socket = await bob.connect()
    for (const [from, to] of [
      [ada, bob],
      [bob, ada],
    ] as const) {
      const { status, body } = await from.call('POST', '/invitations', { to_user_id: to.id })
      expect([status, body['data'].invitation_id]).toEqual([200, id])
    }
    await socket.ask({ type: 'ping' })
    expect(socket.frames.map(({ type }) => type)).not.toContain('new_invitation')
  })

  it('[INV-2] concurrent invitations in both directions create one invitation', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const ids = await Promise.all([invite(ada, bob), invite(bob, ada)])
    expect(new Set(ids).size).toBe(1)
  })

  it('[INV-3] the caller, an unknown user and a user who is not an administrator cannot be invited', async () => {
    const [ada, guest] = [await anAdmin('ada'), await anAdmin('guest', 'user')]
    const codes = []
    for (const to_user_id of [ada.id, 'nobody@example.org', guest.id]) {
      const { status, body } = await ada.call('POST', '/invitations', { to_user_id })
      codes.push([status, body['code']])
    }
    expect(codes).toEqual([
      [400, 'bad_request'],
      [404, 'not_found'],
      [404, 'not_found'],
    ])
  })

  it('[INV-10] toUserId is accepted instead of to_user_id; two different ids are refused', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const both = await ada.call('POST', '/invitations', { to_user_id: bob.id, toUserId: ada.id })
    expect([both.status, both.body['code']]).toEqual([400, 'bad_request'])
    expect((await ada.call('POST', '/invitations', { toUserId: bob.id })).status).toBe(200)
    expect((await ada.call('POST', '/invitations', {})).status).toBe(400)
  })
})

const withoutPresence = (key: string, value: unknown) =>
  key === 'is_online' || key === 'last_seen' ? undefined : value

describe('answering an invitation', () => {
  it('[INV-4] accepting creates the conversation and notifies the inviter', async () => {
    const { ada, bob, id } = await anInvitation()
    const socket = await ada.connect()
    const { status, body } = await respond(bob, id, 'accept')
    expect(status).toBe(200)
    const { conversation_id, conversation } = body['data']
    expect(conversation).toMatchObject({
      id: conversation_id,
      status: 'accepted',
      participant: { id: ada.id, firstname: 'ada' },
      last_message: null,
      last_seq: 0,
      unread_count: 0,
    })
    expect(await socket.next('invitation_accepted')).toMatchObject({
      conversation_id,
      participant_id: bob.id,
      invitation_id: id,
      conversation: { id: conversation_id, participant: { id: bob.id } },
    })
    expect((await bob.call('GET', '/invitations')).body['data'].invitations).toEqual([])
  })

  it('[INV-5] rejecting notifies the inviter, and the pair may be invited again', async () => {
    const { ada, bob, id } = await anInvitation()
    const socket = await ada.connect()
    const { status, body } = await respond(bob, id, 'reject')
    expect([status, body]).toEqual([200, { success: true, data: {} }])
    expect(await socket.next('invitation_rejected')).toEqual({
      type: 'invitation_rejected',
      invitation_id: id,
    })
    expect(await invite(bob, ada)).not.toBe(id)
  })

  it('[REPEAT-2] an invitation that was rejected before its call is repeated is sent again, an accepted one is not', async () => {
    const { ada, bob, id } = await anInvitation()
    const repeat = async () => await ada.call('POST', '/invitations', { to_user_id: bob.id })
    expect((await repeat()).body['data']).toMatchObject({ invitation_id: id })
    await respond(bob, id, 'reject')
    const second = (await repeat()).body['data'].invitation_id
    expect(second).not.toBe(id)
    const received = await bob.call('GET', '/invitations')
    expect(received.body['data'].invitations).toMatchObject([{ id: second }])
    await respond(bob, second, 'accept')
    expect(await repeat()).toMatchObject({ status: 409, body: { code: 'conversation_exists' } })
  })

  it('[INV-6] only the invited user can answer', async () => {
    const { ada, bob, id } = await anInvitation()
    const eve = await anAdmin('eve')
    const answers = [
      await respond(ada, id, 'accept'),
      await respond(eve, id, 'accept'),
      await respond(eve, 'none', 'accept'),
    ]
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const unknown = await respond(bob, id, 'maybe')
    expect([unknown.status, unknown.body['code']]).toEqual([400, 'bad_request'])
  })

  it('[INV-7] one of several concurrent answers wins; repeating it gives the same result, and the other answer is refused', async () => {
    const { ada, bob, id } = await anInvitation()
    const socket = await ada.connect()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => respond(bob, id, n % 2 ? 'accept' : 'reject')),
    )
    const accepted = answers.filter((_, n) => n % 2)
    const rejected = answers.filter((_, n) => !(n % 2))
    const [won, lost] = accepted.some(({ status }) => status === 200)
      ? [accepted, rejected]
      : [rejected, accepted]
    expect(won.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    // The inviter has just connected, so presence may change between the answers.
    const bodies = won.map(({ body }) => JSON.parse(JSON.stringify(body, withoutPresence)))
    expect(bodies).toEqual(Array(4).fill(bodies[0]))
    expect(lost.map(({ status, body }) => [status, body['code']])).toEqual(
      Array(4).fill([409, 'already_answered']),
    )
    await socket.ask({ type: 'ping' })
    expect(socket.frames.filter(({ type }) => String(type).startsWith('invitation_'))).toHaveLength(1)
  })

  it('[INV-8] users who share a conversation cannot invite each other again', async () => {
    const { ada, bob, conversation } = await aPair()
    for (const [from, to] of [
      [ada, bob],
      [bob, ada],
    ] as const) {
      expect(await from.call('POST', '/invitations', { to_user_id: to.id })).toMatchObject({
        status: 409,
        body: { success: false, code: 'conversation_exists', conversation_id: conversation },
      })
    }
  })
})
