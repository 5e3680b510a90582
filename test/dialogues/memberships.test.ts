import { describe, expect, it, vi } from 'vitest'
import { leaveGroup } from '../../lambdas/chat/conversations/leave-group.ts'
import {
  type Admin,
  acceptAll,
  admins,
  aGroup,
  anAdmin,
  conversationsOf,
  invitationsPath,
  invite,
  joined,
  leavePath,
  participantPath,
  pushes,
  respond,
} from '../support/chat.ts'
import { down, rig, runBefore } from '../support/interleave.ts'
import { openStores } from '../support/stores.ts'

/** The worker computes presence a second or two after a connect. */
async function untilOnline(...people: readonly Admin[]): Promise<void> {
  const { presence } = openStores()
  for (const { id } of people) {
    await vi.waitFor(async () => expect((await presence.find(id)).online).toBe(true), 10_000)
  }
}

describe('conversation_added', () => {
  it('[MEMBER-1] reaches every connection of both participants of a new pair', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const sockets = [await ada.connect(), await ada.connect(), await bob.connect(), await bob.connect()]
    const { body } = await respond(bob, await invite(ada, bob), 'accept')
    for (const [index, socket] of sockets.entries()) {
      const { conversation } = await socket.next('conversation_added')
      const other = index < 2 ? bob : ada
      expect(conversation).toMatchObject({ id: body['data'].conversation_id, participant: { id: other.id } })
    }
  })

  it('[MEMBER-1] reaches the creator of a group, and each user who joins it', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const [a, b, c] = [await ada.connect(), await bob.connect(), await cyd.connect()]
    const created = await ada.call('POST', '/conversations', { title: 'Ops', user_ids: [bob.id, cyd.id] })
    const group = created.body['data'].conversation_id
    expect(await a.next('conversation_added')).toMatchObject({ conversation: { id: group, title: 'Ops' } })
    await acceptAll(bob)
    const { conversation } = await b.next('conversation_added')
    expect(conversation).toMatchObject({ id: group, owner_id: ada.id })
    await c.ask({ type: 'ping' })
    expect([pushes(a), pushes(c)].flat().filter((type) => type === 'conversation_added')).toHaveLength(1)
  })

  it('[MEMBER-1] [MEMBER-2] does not reach the connection that the call names, and nor does conversation_removed', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const [named, other] = [await ada.connect(), await ada.connect()]
    const connection_id = named.connectionId
    const created = await ada.call('POST', '/conversations', { user_ids: [bob.id], connection_id })
    await ada.call('POST', leavePath(created.body['data'].conversation_id), { connection_id })
    expect(await other.next('conversation_removed')).toBeDefined()
    await named.ask({ type: 'ping' })
    expect(pushes(named)).toEqual([])
    expect(pushes(other)).toEqual(['conversation_added', 'invitation_sent', 'conversation_removed'])
  })
})

describe('conversation_removed', () => {
  it('[MEMBER-2] reaches every connection of a user who leaves or is removed', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const sockets = [await joined(bob, group), await bob.connect(), await joined(cyd, group)]
    await bob.call('POST', leavePath(group))
    await ada.call('DELETE', participantPath(group, cyd.id), { connection_id: sockets[2]?.connectionId })
    for (const socket of sockets) {
      expect(await socket.next('conversation_removed')).toEqual({
        type: 'conversation_removed',
        conversation_id: group,
      })
    }
  })

  it('[MEMBER-3] answers the next ping of a connection that has missed it', async () => {
    const { bob, group } = await aGroup('ada', 'bob', 'cyd')
    const b = await joined(bob, group)
    const { deps } = rig()
    runBefore(deps, 'subscriptions', 'removeConversation', down)
    await leaveGroup(deps, { user: bob.id }, group)
    expect(await b.ask({ type: 'ping' })).toMatchObject({ heads: {} })
    expect(await b.next('conversation_removed')).toMatchObject({ conversation_id: group })
    await b.ask({ type: 'ping' })
    expect(pushes(b)).toEqual(['conversation_removed'])
  })
})

describe('a newcomer', () => {
  it('[PRESENCE-8] sees the presence of the others at once, and they see the presence of the newcomer', async () => {
    const { ada, group } = await aGroup('ada', 'bob')
    const newcomer = await anAdmin('newcomer')
    const [a, n] = [await ada.connect(), await newcomer.connect()]
    await untilOnline(ada, newcomer)
    await ada.call('POST', invitationsPath(group), { to_user_id: newcomer.id })
    await acceptAll(newcomer)
    const { conversation } = await n.next('conversation_added')
    const presence = conversation.participants.map(
      ({ id, is_online }: { id: string; is_online: boolean }) => [id, is_online],
    )
    expect(Object.fromEntries(presence)).toMatchObject({ [ada.id]: true, [newcomer.id]: true })
    expect(await a.next('participant_joined')).toMatchObject({
      participant: { id: newcomer.id, is_online: true, last_seen: expect.any(String) },
    })
  })
})

describe('the placeholder participant of a group', () => {
  it('[GROUP-13] has the id of the group, and its title or the names of the others', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    const empty = { lastname: '', email: '' }
    expect((await conversationsOf(bob))[0]?.['participant']).toEqual({
      id: group,
      firstname: 'Ops',
      ...empty,
    })
    const { body } = await ada.call('POST', '/conversations', { user_ids: [bob.id] })
    const untitled = body['data'].conversation_id
    expect(body['data'].conversation.participant).toEqual({ id: untitled, firstname: '', ...empty })
    await acceptAll(bob)
    const [listed] = await conversationsOf(bob)
    expect(listed?.['participant']).toEqual({ id: untitled, firstname: 'ada Test', ...empty })
  })
})
