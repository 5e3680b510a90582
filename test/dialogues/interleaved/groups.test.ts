import { describe, expect, it } from 'vitest'
import { createGroup, inviteToGroup } from '../../../lambdas/chat/conversations/groups.ts'
import { leaveGroup } from '../../../lambdas/chat/conversations/membership.ts'
import { acceptAll, anAdmin, history, joined } from '../../support/chat.ts'
import { aTrio, down, meanwhile, rig } from '../../support/interleave.ts'

const invitationsTo = (group: string) => `/conversations/${group}/invitations`

async function manyAdmins(count: number): Promise<readonly string[]> {
  const users = await Promise.all(Array.from({ length: count }, (_, n) => anAdmin(`u${n}`)))
  return users.map(({ id }) => id)
}

describe('inviting to a group', () => {
  it('[GROUP-2] passes over who has become a participant in that moment', async () => {
    const { ada, group } = await aTrio()
    const dan = await anAdmin('dan')
    await ada.call('POST', invitationsTo(group), { to_user_id: dan.id })
    const { deps } = rig()
    meanwhile(deps, 'invitations', 'openInGroup', () => acceptAll(dan))
    const invited = inviteToGroup(deps, ada.id, group, { userIds: [dan.id], message: '' })
    await expect(invited).rejects.toMatchObject({ code: 'conversation_exists' })
    const d = await joined(dan, group)
    await acceptAll(dan)
    const entries = await history(ada, group)
    expect(entries.filter((entry) => entry['sender_id'] === dan.id)).toHaveLength(1)
    const participant = await deps.conversations.participant(group, dan.id)
    expect(participant?.joined.has(d.connectionId)).toBe(true)
  })

  it('[GROUP-2] [RATE-5] finds who is invited already, however few more may be', async () => {
    const [ada, users] = [await anAdmin('ada'), await manyAdmins(120)]
    const make = async (user_ids: readonly string[]) =>
      (await ada.call('POST', '/conversations', { user_ids })).body['data']
    const { conversation_id: group } = await make(users.slice(0, 60))
    await make(users.slice(60, 120))
    await make(users.slice(60, 110))
    const path = invitationsTo(group)
    const again = await ada.call('POST', path, { user_ids: users.slice(0, 60) })
    expect(again.body['code']).toBe(undefined)
    expect(again.body['data'].invitations).toHaveLength(60)
    const more = await ada.call('POST', path, { user_ids: users.slice(60, 95) })
    expect(more.body['code']).toBe('rate_limited')
  }, 60_000)

  it('[GROUP-1] says whom it has invited when the database fails half-way', async () => {
    const [ada, user_ids] = [await anAdmin('ada'), await manyAdmins(30)]
    const { deps, reported } = rig()
    meanwhile(deps, 'invitations', 'createInGroup', down, 2)
    const { id, invitations } = await createGroup(deps, ada.id, { user_ids: [...user_ids] })
    const listed = (await ada.call('GET', '/conversations')).body['data'].conversations
    expect(listed.map((one: { id: string }) => one.id)).toEqual([id])
    const { open } = await deps.invitations.openInGroup(id)
    expect(invitations.map((one) => one.id).sort()).toEqual([...open.values()].sort())
    expect([invitations.length > 0, invitations.length < 30]).toEqual([true, true])
    expect(reported).toMatchObject([{ message: 'down' }])
  }, 60_000)

  it('[GROUP-6] never makes more than a hundred, however many invite at once', async () => {
    const [ada, users] = [await anAdmin('ada'), await manyAdmins(110)]
    const { deps } = rig()
    const { id } = await createGroup(deps, ada.id, { user_ids: users.slice(0, 30) })
    const invite = (from: number, to: number) =>
      inviteToGroup(deps, ada.id, id, { userIds: users.slice(from, to), message: '' }).then(
        () => 'invited',
        ({ code }) => code,
      )
    const outcomes = await Promise.all([invite(30, 70), invite(70, 110)])
    expect(outcomes.sort()).toEqual(['bad_request', 'invited'])
    const { open } = await deps.invitations.openInGroup(id)
    expect(open.size).toBeLessThanOrEqual(99)
  }, 60_000)

  it('[INV-1] tells whom it has invited before the database fails', async () => {
    const [ada, bob, users] = [await anAdmin('ada'), await anAdmin('bob'), await manyAdmins(30)]
    const [first = '', ...others] = users
    const { deps, to } = rig()
    const { id } = await createGroup(deps, ada.id, { user_ids: [first] })
    const socket = await bob.connect()
    meanwhile(deps, 'invitations', 'createInGroup', down, 2)
    const invited = inviteToGroup(deps, ada.id, id, { userIds: [bob.id, ...others], message: '' })
    await expect(invited).rejects.toThrow('down')
    expect(to(socket)).toEqual(['new_invitation'])
  }, 60_000)
})

describe('leaving a group', () => {
  it('[GROUP-4] is answered and told once it is stored, whatever of the cleaning up fails', async () => {
    const { ada, bob, group } = await aTrio()
    const a = await joined(ada, group)
    const { deps, to, reported } = rig()
    meanwhile(deps, 'subscriptions', 'removeConversation', down)
    await leaveGroup(deps, bob.id, group)
    expect(await deps.conversations.participant(group, bob.id)).toBe(undefined)
    expect(to(a)).toEqual(['participant_left'])
    expect(reported).toMatchObject([{ message: 'down' }])
  })

  it('[LEAVE-1] is made good by leave_conversation where the connection still had it as joined', async () => {
    const { bob, group } = await aTrio()
    const b = await joined(bob, group)
    const { deps } = rig()
    meanwhile(deps, 'subscriptions', 'removeConversation', down)
    await leaveGroup(deps, bob.id, group)
    const left = await b.ask({ type: 'leave_conversation', conversation_id: group })
    expect(left['type']).toBe('left_conversation')
    expect([...((await deps.connections.find(b.connectionId))?.joined ?? [])]).toEqual([])
  })

  it('[GROUP-4] [PING-1] leaves alone what the user has joined after coming back', async () => {
    const { ada, bob, group } = await aTrio()
    const b = await joined(bob, group)
    const { deps } = rig()
    meanwhile(deps, 'subscriptions', 'removeConversation', async () => {
      await ada.call('POST', invitationsTo(group), { to_user_id: bob.id })
      await acceptAll(bob)
      await b.ask({ type: 'join_conversation', conversation_id: group })
    })
    await leaveGroup(deps, bob.id, group)
    const participant = await deps.conversations.participant(group, bob.id)
    expect(participant?.joined.has(b.connectionId)).toBe(true)
    expect(await b.ask({ type: 'ping' })).toMatchObject({ heads: { [group]: 4 } })
  })
})
