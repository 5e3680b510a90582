import { describe, expect, it } from 'vitest'
import { anAdmin, aPair } from '../support/chat.ts'

const invite = async () => {
  const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
  const { body } = await ada.call('POST', '/invitations', { to_user_id: bob.id, message: 'shall we?' })
  return { ada, bob, id: body['data'].invitation_id as string }
}

describe('inviting', () => {
  it('[INV-1] [INV-9] an invitation is stored and told to every connection of the invited', async () => {
    const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
    const sockets = [await bob.connect(), await bob.connect()]
    const { status, body } = await ada.call('POST', '/invitations', { to_user_id: bob.id, message: 'hello' })
    expect(status).toBe(200)
    const invitation = {
      id: body['data'].invitation_id,
      from_user: { id: ada.id, firstname: 'ada', lastname: 'Test', email: ada.id },
      message: 'hello',
      status: 'pending',
      created_at: expect.stringMatching(/Z$/),
    }
    expect(body['data'].invitation).toEqual(invitation)
    for (const socket of sockets) {
      expect(await socket.next('new_invitation')).toEqual({ type: 'new_invitation', invitation })
    }
    const received = await bob.call('GET', '/invitations')
    expect(received.body['data']).toEqual({ invitations: [invitation] })
  })

  it('[INV-2] while one is pending, both directions return it and nobody is told again', async () => {
    const { ada, bob, id } = await invite()
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

  it('[INV-2] concurrent invitations of two to each other make one', async () => {
    const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
    const answers = await Promise.all([
      ada.call('POST', '/invitations', { to_user_id: bob.id }),
      bob.call('POST', '/invitations', { to_user_id: ada.id }),
    ])
    expect(new Set(answers.map(({ body }) => body['data'].invitation_id)).size).toBe(1)
  })

  it('[INV-3] oneself, a stranger and a non-administrator cannot be invited', async () => {
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

  it('[INV-10] toUserId is accepted, two different ids are not', async () => {
    const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
    const both = await ada.call('POST', '/invitations', { to_user_id: bob.id, toUserId: ada.id })
    expect([both.status, both.body['code']]).toEqual([400, 'bad_request'])
    expect((await ada.call('POST', '/invitations', { toUserId: bob.id })).status).toBe(200)
    expect((await ada.call('POST', '/invitations', {})).status).toBe(400)
  })
})

describe('answering', () => {
  it('[INV-4] accepting makes the conversation and tells the inviter', async () => {
    const { ada, bob, id } = await invite()
    const socket = await ada.connect()
    const { status, body } = await bob.call('PUT', `/invitations/${id}/respond`, { action: 'accept' })
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

  it('[INV-5] rejecting tells the inviter, and the two may try again', async () => {
    const { ada, bob, id } = await invite()
    const socket = await ada.connect()
    const { status, body } = await bob.call('PUT', `/invitations/${id}/respond`, { action: 'reject' })
    expect([status, body]).toEqual([200, { success: true, data: {} }])
    expect(await socket.next('invitation_rejected')).toEqual({
      type: 'invitation_rejected',
      invitation_id: id,
    })
    const again = await bob.call('POST', '/invitations', { to_user_id: ada.id })
    expect(again.status).toBe(200)
    expect(again.body['data'].invitation_id).not.toBe(id)
  })

  it('[INV-6] only the invited user can answer', async () => {
    const { ada, bob, id } = await invite()
    const eve = await anAdmin('eve')
    const answers = [
      await ada.call('PUT', `/invitations/${id}/respond`, { action: 'accept' }),
      await eve.call('PUT', `/invitations/${id}/respond`, { action: 'accept' }),
      await eve.call('PUT', '/invitations/none/respond', { action: 'accept' }),
    ]
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const odd = await bob.call('PUT', `/invitations/${id}/respond`, { action: 'maybe' })
    expect([odd.status, odd.body['code']]).toEqual([400, 'bad_request'])
  })

  it('[INV-7] of many answers at once one wins, its repetition agrees, the other is refused', async () => {
    const { ada, bob, id } = await invite()
    const socket = await ada.connect()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        bob.call('PUT', `/invitations/${id}/respond`, { action: n % 2 ? 'accept' : 'reject' }),
      ),
    )
    const accepted = answers.filter((_, n) => n % 2)
    const rejected = answers.filter((_, n) => !(n % 2))
    const [won, lost] = accepted.some(({ status }) => status === 200)
      ? [accepted, rejected]
      : [rejected, accepted]
    expect(won.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(won.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(lost.map(({ status, body }) => [status, body['code']])).toEqual(
      Array(4).fill([409, 'already_answered']),
    )
    await socket.ask({ type: 'ping' })
    expect(socket.frames.filter(({ type }) => String(type).startsWith('invitation_'))).toHaveLength(1)
  })

  it('[INV-8] who has a conversation is not invited again', async () => {
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
