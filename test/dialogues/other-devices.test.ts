import { describe, expect, it } from 'vitest'
import {
  type Admin,
  admins,
  aGroup,
  anAdmin,
  invitationsPath,
  invite,
  respond,
  withdraw,
} from '../support/chat.ts'

/** The types of the frames about invitations that a user's calling and other connection received. */
async function devices(admin: Admin) {
  const [calling, other] = [await admin.connect(), await admin.connect()]
  return {
    calling,
    other,
    connection_id: calling.connectionId,
    async received() {
      const types = []
      for (const socket of [calling, other]) {
        await socket.ask({ type: 'ping' })
        types.push(
          socket.frames.map(({ type }) => String(type)).filter((type) => type.includes('invitation')),
        )
      }
      return types
    },
  }
}

describe('the other devices of a user', () => {
  it('[INV-16] [PUSH-3] receive an invitation that the user sent, with the invited user', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { connection_id, other, received } = await devices(ada)
    const { body } = await ada.call('POST', '/invitations', { to_user_id: bob.id, connection_id })
    expect(await other.next('invitation_sent')).toEqual({
      type: 'invitation_sent',
      invitation: body['data'].invitation,
    })
    expect(body['data'].invitation).toMatchObject({ from_user: { id: ada.id }, to_user: { id: bob.id } })
    await ada.call('POST', '/invitations', { to_user_id: bob.id, connection_id })
    expect(await received()).toEqual([[], ['invitation_sent']])
  })

  it('[INV-16] receive invitations to a group that the user sent', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const { connection_id, other, received } = await devices(ada)
    const [dan, eve] = [await anAdmin('dan'), await anAdmin('eve')]
    const body = { user_ids: [dan.id, eve.id], connection_id }
    await ada.call('POST', invitationsPath(group), body)
    const invited = [await other.next('invitation_sent'), await other.next('invitation_sent')]
    expect(invited.map(({ invitation }) => invitation.to_user.id).toSorted()).toEqual(
      [dan.id, eve.id].toSorted(),
    )
    expect(invited[0]).toMatchObject({ invitation: { conversation_id: group, title: 'Ops' } })
    await ada.call('POST', '/conversations', { user_ids: [bob.id], connection_id })
    await other.next('invitation_sent')
    expect(await received()).toEqual([[], Array(3).fill('invitation_sent')])
  })

  it('[INV-16] receive the answer of the user', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const { connection_id, other, received } = await devices(bob)
    const [accepted, rejected] = [await invite(ada, bob), await invite(cyd, bob)]
    const answer = (id: string, action: string) =>
      bob.call('PUT', `/invitations/${id}/respond`, { action, connection_id })
    const { conversation_id } = (await answer(accepted, 'accept')).body['data']
    await answer(rejected, 'reject')
    expect([await other.next('invitation_answered'), await other.next('invitation_answered')]).toEqual([
      { type: 'invitation_answered', invitation_id: accepted, status: 'accepted', conversation_id },
      { type: 'invitation_answered', invitation_id: rejected, status: 'rejected' },
    ])
    // A repeated answer changes nothing.
    await answer(accepted, 'accept')
    const invited = Array(2).fill('new_invitation')
    expect(await received()).toEqual([invited, [...invited, ...Array(2).fill('invitation_answered')]])
  })

  it('[INV-16] receive a withdrawal', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { connection_id, other, received } = await devices(ada)
    const { body } = await ada.call('POST', '/invitations', { to_user_id: bob.id, connection_id })
    const { invitation_id } = body['data']
    await withdraw(ada, invitation_id, { connection_id })
    expect(await other.next('invitation_withdrawn')).toMatchObject({ invitation_id })
    expect(await received()).toEqual([[], ['invitation_sent', 'invitation_withdrawn']])
  })

  it('[INV-16] include the calling one if the call does not name it', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { received } = await devices(ada)
    await withdraw(ada, await invite(ada, bob))
    const both = ['invitation_sent', 'invitation_withdrawn']
    expect(await received()).toEqual([both, both])
  })

  it('[INV-16] [PUSH-3] all receive the push if the call names the connection of another user', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const [own, theirs] = [await devices(ada), await devices(bob)]
    const foreign = theirs.connection_id
    const { body } = await ada.call('POST', '/invitations', { to_user_id: bob.id, connection_id: foreign })
    expect(await own.received()).toEqual([['invitation_sent'], ['invitation_sent']])
    expect(await theirs.received()).toEqual([['new_invitation'], ['new_invitation']])
    await respond(bob, body['data'].invitation_id, 'reject')
    await own.calling.next('invitation_rejected')
  })
})
