import { describe, expect, it } from 'vitest'
import { acceptAll, aGroup, anAdmin, aPair, history, joined, post, pushes } from '../support/chat.ts'

const idOf = ({ id }: { readonly id: string }) => id

describe('groups', () => {
  it('[GROUP-1] are made by one who invites the others', async () => {
    const [ada, bob, cyd] = [await anAdmin('ada'), await anAdmin('bob'), await anAdmin('cyd')]
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
      participant: null,
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
    const listed = await ada.call('GET', '/conversations')
    expect(listed.body['data'].conversations.map(idOf)).toEqual([conversation_id])
  })

  it('[GROUP-1] need somebody else, who is an administrator', async () => {
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
    expect((await ada.call('GET', '/conversations')).body['data'].conversations).toEqual([])
  })

  it('[GROUP-2] grow by invitations of their creator alone', async () => {
    const { creator, others, group } = await aGroup()
    const [newcomer, pair] = [await anAdmin('newcomer'), await aPair()]
    const invite = async (
      who: typeof creator,
      conversation: string,
      body: object = { to_user_id: newcomer.id },
    ) => {
      const answer = await who.call('POST', `/conversations/${conversation}/invitations`, body)
      return [answer.status, answer.body['code'] ?? answer.body['data'].invitations.map(idOf)]
    }
    const [member] = others
    if (!member) throw new Error('nobody')
    expect(await invite(member, group)).toEqual([403, 'forbidden'])
    expect(await invite(newcomer, group)).toEqual([404, 'not_found'])
    expect(await invite(pair.ada, pair.conversation)).toEqual([400, 'bad_request'])
    expect(await invite(creator, group, {})).toEqual([400, 'bad_request'])
    expect(await invite(creator, group, { user_ids: [member.id] })).toEqual([409, 'conversation_exists'])
    const [status, ids] = await invite(creator, group)
    expect([status, ids]).toEqual([200, [expect.any(String)]])
    expect(await invite(creator, group, { user_ids: [newcomer.id, member.id] })).toEqual([200, ids])
    await acceptAll(newcomer)
    expect((await newcomer.call('GET', '/conversations')).body['data'].conversations.map(idOf)).toEqual([
      group,
    ])
  })

  it('[GROUP-2] whose creator has left are open to invitations of all who stay', async () => {
    const { creator, others, group } = await aGroup(['ada', 'bob'])
    await creator.call('POST', `/conversations/${group}/leave`)
    const invite = await others[0]?.call('POST', `/conversations/${group}/invitations`, {
      to_user_id: creator.id,
    })
    expect(invite?.status).toBe(200)
    await acceptAll(creator)
    expect((await history(creator, group)).map(({ kind }) => kind)).toEqual([
      'participant_joined',
      'participant_left',
      'participant_joined',
    ])
  })

  it('[GROUP-2] concurrent invitations of one user make one', async () => {
    const { creator, group } = await aGroup(['ada'].concat('bob'))
    const newcomer = await anAdmin('newcomer')
    const invite = () =>
      creator.call('POST', `/conversations/${group}/invitations`, { to_user_id: newcomer.id })
    const answers = await Promise.all([invite(), invite(), invite(), invite()])
    expect(new Set(answers.map(({ body }) => body['data'].invitations[0].id)).size).toBe(1)
    expect((await newcomer.call('GET', '/invitations')).body['data'].invitations).toHaveLength(1)
  })

  it('[GROUP-3] tell who comes, in the log and at once, and whoever comes has read what was before', async () => {
    const { creator, others, group } = await aGroup(['ada', 'bob'])
    const [bob] = others
    const newcomer = await anAdmin('newcomer')
    await post(creator, group, 'before')
    const [a, b] = [await joined(creator, group), await bob?.connect()]
    await creator.call('POST', `/conversations/${group}/invitations`, { to_user_id: newcomer.id })
    await acceptAll(newcomer)
    const person = { id: newcomer.id, firstname: 'newcomer', lastname: 'Test', email: newcomer.id }
    for (const socket of [a, b]) {
      expect(await socket?.next('participant_joined')).toEqual({
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
    const mine = async () => (await newcomer.call('GET', '/conversations')).body['data'].conversations[0]
    expect(await mine()).toMatchObject({ last_seq: 3, unread_count: 0, last_message: { content: 'before' } })
    await post(creator, group, 'after')
    expect(await mine()).toMatchObject({ last_seq: 4, unread_count: 1 })
  })

  it('[GROUP-4] let people leave for good, who see nothing after that', async () => {
    const { creator, others, group } = await aGroup()
    const [bob, cyd] = others
    if (!bob || !cyd) throw new Error('nobody')
    const [a, leaving, idle] = [await joined(creator, group), await joined(bob, group), await bob.connect()]
    expect((await bob.call('POST', `/conversations/${group}/leave`)).body).toEqual({
      success: true,
      data: {},
    })
    expect(await a.next('participant_left')).toMatchObject({ seq: 3, participant: { id: bob.id } })
    await post(cyd, group, 'without bob')
    await a.next('new_message')
    expect(await leaving.ask({ type: 'ping' })).toMatchObject({ heads: {} })
    await idle.ask({ type: 'ping' })
    expect([pushes(leaving), pushes(idle)]).toEqual([[], []])
    expect((await bob.call('GET', '/conversations')).body['data'].conversations).toEqual([])
    for (const call of [
      bob.call('GET', `/conversations/${group}/messages`),
      bob.call('POST', `/conversations/${group}/messages`, { content: 'x' }),
      bob.call('POST', `/conversations/${group}/mark-read`),
      bob.call('POST', `/conversations/${group}/leave`),
    ]) {
      expect((await call).status).toBe(404)
    }
    const participants = (await cyd.call('GET', '/conversations')).body['data'].conversations[0].participants
    expect(participants.map(idOf).sort()).toEqual([creator.id, cyd.id].sort())
  })

  it('[GROUP-4] who left may be invited again', async () => {
    const { creator, others, group } = await aGroup(['ada', 'bob'])
    const [bob] = others
    if (!bob) throw new Error('nobody')
    await bob.call('POST', `/conversations/${group}/leave`)
    await creator.call('POST', `/conversations/${group}/invitations`, { to_user_id: bob.id })
    await acceptAll(bob)
    await post(creator, group, 'again')
    expect((await bob.call('GET', '/conversations')).body['data'].conversations).toMatchObject([
      { id: group, unread_count: 1, last_seq: 4 },
    ])
  })

  it('[REST-8] a leave or a deletion with a body that is no JSON changes nothing', async () => {
    const { creator, others, group } = await aGroup(['ada', 'bob'])
    const { seq } = await post(creator, group, 'stays')
    expect((await others[0]?.call('POST', `/conversations/${group}/leave`, 'not json'))?.status).toBe(400)
    expect((await creator.call('DELETE', `/conversations/${group}/messages/${seq}`, 'not json')).status).toBe(
      400,
    )
    expect(await history(creator, group)).toMatchObject([{}, { content: 'stays' }])
  })

  it('[GROUP-5] a pair stays two: nobody leaves it', async () => {
    const { ada, conversation } = await aPair()
    const { status, body } = await ada.call('POST', `/conversations/${conversation}/leave`)
    expect([status, body['code']]).toEqual([400, 'bad_request'])
    expect(await history(ada, conversation)).toEqual([])
  })

  it('[GROUP-6] [RATE-5] have at most 100 participants, the invited ones included', async () => {
    const users = await Promise.all(Array.from({ length: 100 }, (_, n) => anAdmin(`u${n}`)))
    const ada = await anAdmin('ada')
    const all = users.map(idOf)
    expect((await ada.call('POST', '/conversations', { user_ids: all })).body['code']).toBe('bad_request')
    const made = await ada.call('POST', '/conversations', { user_ids: all.slice(1) })
    expect(made.body['data'].invitations).toHaveLength(99)
    const path = `/conversations/${made.body['data'].conversation_id}/invitations`
    expect((await ada.call('POST', path, { user_ids: all.slice(0, 1) })).body['code']).toBe('bad_request')
    expect(
      (await ada.call('POST', path, { user_ids: all.slice(1, 3) })).body['data'].invitations,
    ).toHaveLength(2)
  })
})
