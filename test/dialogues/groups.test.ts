import { describe, expect, it } from 'vitest'
import { dismiss } from '../../lambdas/chat/conversations/dismiss.ts'
import { participantRows } from '../../lambdas/stores/conversation-rows.ts'
import {
  type Admin,
  acceptAll,
  adminIds,
  admins,
  aGroup,
  anAdmin,
  aPair,
  conversationsOf,
  history,
  invitationsPath,
  joined,
  leavePath,
  messagePath,
  ownerPath,
  participantPath,
  post,
  pushes,
  respond,
  withdraw,
} from '../support/chat.ts'
import { rig } from '../support/interleave.ts'
import { putConversationRows } from '../support/rows.ts'
import type { Frame } from '../support/socket.ts'
import { openStores } from '../support/stores.ts'

const idOf = ({ id }: Frame) => id

describe('groups', () => {
  it('[GROUP-1] are created by a user who invites the others', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const socket = await bob.connect()
    const { status, body } = await ada.call('POST', '/conversations', {
      title: 'Ops',
      user_ids: [bob.id, cyd.id, bob.id, ada.id],
      message: 'join us',
    })
    expect(status).toBe(200)
    const { conversation_id, conversation, invitations } = body['data']
    expect(conversation).toMatchObject({
      id: conversation_id,
      status: 'accepted',
      is_group: true,
      title: 'Ops',
      owner_id: ada.id,
      participant: { id: conversation_id, firstname: 'Ops', lastname: '', email: '' },
      last_message: null,
      last_seq: 0,
      participants: [{ id: ada.id }],
    })
    expect(invitations).toHaveLength(2)
    expect(await socket.next('new_invitation')).toMatchObject({
      invitation: { conversation_id, title: 'Ops', message: 'join us', from_user: { id: ada.id } },
    })
    const received = await cyd.call('GET', '/invitations')
    expect(received.body['data'].invitations).toMatchObject([{ conversation_id, title: 'Ops' }])
    expect((await conversationsOf(ada)).map(idOf)).toEqual([conversation_id])
  })

  it('[GROUP-1] need at least one other user, who must be an administrator', async () => {
    const [ada, guest] = [await anAdmin('ada'), await anAdmin('guest', 'user')]
    const codeOf = async (body: object) => (await ada.call('POST', '/conversations', body)).body['code']
    expect(await codeOf({ user_ids: [] })).toBe('bad_request')
    expect(await codeOf({ user_ids: [ada.id] })).toBe('bad_request')
    expect(await codeOf({})).toBe('bad_request')
    expect(await codeOf({ user_ids: [guest.id] })).toBe('not_found')
    expect(await codeOf({ user_ids: ['nobody@example.org'] })).toBe('not_found')
    for (const title of ['', ' ', 'x'.repeat(101), 'two\nlines']) {
      expect(await codeOf({ title, user_ids: ['bob@example.org'] })).toBe('bad_request')
    }
    expect(await conversationsOf(ada)).toEqual([])
  })

  it('[GROUP-2] accept invitations only from their owner', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    const [newcomer, pair] = [await anAdmin('newcomer'), await aPair()]
    const invite = async (from: Admin, conversation: string, body: object = { to_user_id: newcomer.id }) => {
      const answer = await from.call('POST', invitationsPath(conversation), body)
      return [answer.status, answer.body['code'] ?? answer.body['data'].invitations.map(idOf)]
    }
    expect(await invite(bob, group)).toEqual([403, 'forbidden'])
    expect(await invite(newcomer, group)).toEqual([404, 'not_found'])
    expect(await invite(pair.ada, pair.conversation)).toEqual([400, 'bad_request'])
    expect(await invite(ada, group, {})).toEqual([400, 'bad_request'])
    expect(await invite(ada, group, { user_ids: [bob.id] })).toEqual([409, 'conversation_exists'])
    const [status, ids] = await invite(ada, group)
    expect([status, ids]).toEqual([200, [expect.any(String)]])
    expect(await invite(ada, group, { user_ids: [newcomer.id, bob.id] })).toEqual([200, ids])
    await acceptAll(newcomer)
    expect((await conversationsOf(newcomer)).map(idOf)).toEqual([group])
  })

  it('[GROUP-2] [GROUP-9] accept invitations from the next owner once the creator has left', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    await ada.call('POST', leavePath(group))
    expect((await bob.call('POST', invitationsPath(group), { to_user_id: ada.id })).status).toBe(200)
    await acceptAll(ada)
    expect((await history(ada, group)).map(({ kind }) => kind)).toEqual([
      'participant_joined',
      'participant_left',
      'participant_joined',
    ])
  })

  it('[GROUP-2] inviting the same user concurrently creates one invitation', async () => {
    const { ada, group } = await aGroup('ada', 'bob')
    const newcomer = await anAdmin('newcomer')
    const invite = () => ada.call('POST', invitationsPath(group), { to_user_id: newcomer.id })
    const answers = await Promise.all([invite(), invite(), invite(), invite()])
    expect(new Set(answers.map(({ body }) => body['data'].invitations[0].id)).size).toBe(1)
    expect((await newcomer.call('GET', '/invitations')).body['data'].invitations).toHaveLength(1)
  })

  it('[GROUP-14] list their open invitations for their owner alone', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const [first, second, pair] = [await anAdmin('first'), await anAdmin('second'), await aPair()]
    const list = async (admin: Admin, id = group) => {
      const { status, body } = await admin.call('GET', invitationsPath(id))
      return status === 200 ? body['data'].invitations : status
    }
    expect(await list(ada)).toEqual([])
    for (const { id } of [first, second]) await ada.call('POST', invitationsPath(group), { to_user_id: id })
    const invitations = await list(ada)
    expect(invitations).toMatchObject([
      { to_user: { id: first.id }, from_user: { id: ada.id }, conversation_id: group, status: 'pending' },
      { to_user: { id: second.id } },
    ])
    const others = [
      list(bob),
      list(first),
      list(pair.ada),
      list(pair.ada, pair.conversation),
      list(ada, 'none'),
    ]
    expect(await Promise.all(others)).toEqual([404, 404, 404, 404, 404])

    expect((await withdraw(ada, invitations[0].id)).status).toBe(200)
    expect((await list(ada)).map(idOf)).toEqual([invitations[1].id])
    await ada.call('POST', ownerPath(group), { user_id: bob.id })
    expect(await list(ada)).toBe(404)
    expect(await list(bob)).toMatchObject([{ to_user: { id: second.id }, from_user: { id: ada.id } }])
    await respond(second, invitations[1].id, 'accept')
    expect(await list(bob)).toEqual([])
  })

  it('[GROUP-3] a new participant adds an entry and a push, and has read everything before it', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const newcomer = await anAdmin('newcomer')
    await post(ada, group, 'before')
    const [a, b] = [await joined(ada, group), await bob.connect()]
    await ada.call('POST', invitationsPath(group), { to_user_id: newcomer.id })
    await acceptAll(newcomer)
    const person = { id: newcomer.id, firstname: 'newcomer', lastname: 'Test', email: newcomer.id }
    for (const socket of [a, b]) {
      expect(await socket.next('participant_joined')).toMatchObject({
        type: 'participant_joined',
        conversation_id: group,
        seq: 3,
        participant: person,
      })
    }
    expect(await a.next('invitation_accepted')).toMatchObject({
      conversation_id: group,
      participant_id: newcomer.id,
    })
    const entries = await history(newcomer, group)
    expect(entries.map(({ kind }) => kind)).toEqual(['participant_joined', 'message', 'participant_joined'])
    expect(entries[2]).toMatchObject({ seq: 3, sender_id: newcomer.id, participant: person })
    const listed = async () => (await conversationsOf(newcomer))[0]
    expect(await listed()).toMatchObject({
      last_seq: 3,
      unread_count: 0,
      last_message: { content: 'before' },
    })
    await post(ada, group, 'after')
    expect(await listed()).toMatchObject({ last_seq: 4, unread_count: 1 })
  })

  it('[GROUP-4] a participant who leaves receives and reads nothing after that', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const [a, leaving, notJoined] = [await joined(ada, group), await joined(bob, group), await bob.connect()]
    expect((await bob.call('POST', leavePath(group))).body).toEqual({ success: true, data: {} })
    expect(await a.next('participant_left')).toMatchObject({ seq: 3, participant: { id: bob.id } })
    await post(cyd, group, 'without bob')
    await a.next('new_message')
    expect(await leaving.ask({ type: 'ping' })).toMatchObject({ heads: {} })
    await notJoined.ask({ type: 'ping' })
    expect([pushes(leaving), pushes(notJoined)]).toEqual([['conversation_removed'], ['conversation_removed']])
    expect(await conversationsOf(bob)).toEqual([])
    for (const call of [
      bob.call('GET', `/conversations/${group}/messages`),
      bob.call('POST', `/conversations/${group}/messages`, { content: 'x' }),
      bob.call('POST', `/conversations/${group}/mark-read`),
    ]) {
      expect((await call).status).toBe(404)
    }
    const [listed] = await conversationsOf(cyd)
    expect(listed?.['participants'].map(idOf).sort()).toEqual([ada.id, cyd.id].sort())
  })

  it('[GROUP-4] a user who has left can be invited again', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    await bob.call('POST', leavePath(group))
    await ada.call('POST', invitationsPath(group), { to_user_id: bob.id })
    await acceptAll(bob)
    await post(ada, group, 'again')
    expect(await conversationsOf(bob)).toMatchObject([{ id: group, unread_count: 1, last_seq: 4 }])
  })

  it('[REST-8] leaving or deleting with a body that is not JSON changes nothing', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const { seq } = await post(ada, group, 'stays')
    const refused = [
      await bob.call('POST', leavePath(group), 'not json'),
      await ada.call('DELETE', messagePath(group, seq), 'not json'),
    ]
    expect(refused.map(({ status }) => status)).toEqual([400, 400])
    expect(await history(ada, group)).toMatchObject([{}, { content: 'stays' }])
  })

  it('[GROUP-5] a participant cannot leave a pair', async () => {
    const { ada, conversation } = await aPair()
    const { status, body } = await ada.call('POST', leavePath(conversation))
    expect([status, body['code']]).toEqual([400, 'bad_request'])
    expect(await history(ada, conversation)).toEqual([])
  })

  it('[GROUP-6] [RATE-5] have at most 100 participants, including invited users', async () => {
    const [ada, all] = [await anAdmin('ada'), await adminIds(100)]
    expect((await ada.call('POST', '/conversations', { user_ids: all })).body['code']).toBe('bad_request')
    const created = await ada.call('POST', '/conversations', { user_ids: all.slice(1) })
    expect(created.body['data'].invitations).toHaveLength(99)
    const path = invitationsPath(created.body['data'].conversation_id)
    expect((await ada.call('POST', path, { user_ids: all.slice(0, 1) })).body['code']).toBe('bad_request')
    expect(
      (await ada.call('POST', path, { user_ids: all.slice(1, 3) })).body['data'].invitations,
    ).toHaveLength(2)
  })
  it('[GROUP-6] [REMOVED-1] a participant who leaves, is removed or loses the role frees a place', async () => {
    const { ada, bob, cyd, dan, group } = await aGroup('ada', 'bob', 'cyd', 'dan')
    const now = new Date().toISOString()
    const others = Array.from({ length: 96 }, (_, n) => `participant${n}-of-${group}`)
    await putConversationRows(others.flatMap((user) => participantRows(group, user, now)))
    const path = invitationsPath(group)
    const waiting = await adminIds(4)
    const invite = (...user_ids: readonly string[]) => ada.call('POST', path, { user_ids })
    expect((await invite(waiting[0] ?? '')).body['code']).toBe('bad_request')
    const freeing = [
      () => bob.call('POST', leavePath(group)),
      () => ada.call('DELETE', participantPath(group, cyd.id)),
      async () => {
        const { users } = openStores()
        await users.importUsers([{ id: dan.id, firstname: '', lastname: '', email: '', role: 'user' }])
        await dismiss(rig().deps, { user: dan.id, at: Date.now() })
      },
    ]
    for (const [n, free] of freeing.entries()) {
      await free()
      const [first = '', second = ''] = waiting.slice(n)
      expect((await invite(first, second)).body['code']).toBe('bad_request')
      expect((await invite(first)).status).toBe(200)
      expect((await invite(second)).body['code']).toBe('bad_request')
    }
  })
})
