import { describe, expect, it } from 'vitest'
import { createGroup } from '../../../lambdas/chat/conversations/create-group.ts'
import { inviteToGroup } from '../../../lambdas/chat/conversations/invite-to-group.ts'
import { leaveGroup } from '../../../lambdas/chat/conversations/leave-group.ts'
import {
  acceptAll,
  adminIds,
  admins,
  aGroup,
  anAdmin,
  conversationsOf,
  history,
  invitationsPath,
  join,
  joined,
  respond,
} from '../../support/chat.ts'
import { down, rig, runBefore } from '../../support/interleave.ts'

const DAY_MS = 86_400_000

describe('inviting to a group', () => {
  it('[GROUP-2] skips a user who becomes a participant at the same time', async () => {
    const { ada, group } = await aGroup('ada', 'bob', 'cyd')
    const dan = await anAdmin('dan')
    await ada.call('POST', invitationsPath(group), { to_user_id: dan.id })
    const { deps } = rig()
    runBefore(deps, 'invitations', 'openInGroup', () => acceptAll(dan))
    const invited = inviteToGroup(deps, { user: ada.id }, group, { userIds: [dan.id], message: '' })
    await expect(invited).rejects.toMatchObject({ code: 'conversation_exists' })
    const d = await joined(dan, group)
    await acceptAll(dan)
    const entries = await history(ada, group)
    expect(entries.filter((entry) => entry['sender_id'] === dan.id)).toHaveLength(1)
    const participant = await deps.conversations.participant(group, dan.id)
    expect(participant?.joined.has(d.connectionId)).toBe(true)
  })

  it('[GROUP-2] [RATE-5] returns existing invitations, however few new ones are still allowed', async () => {
    const [ada, users] = [await anAdmin('ada'), await adminIds(120)]
    const create = async (user_ids: readonly string[]) =>
      (await ada.call('POST', '/conversations', { user_ids })).body['data']
    const { conversation_id: group } = await create(users.slice(0, 60))
    await create(users.slice(60, 120))
    await create(users.slice(60, 110))
    const path = invitationsPath(group)
    const again = await ada.call('POST', path, { user_ids: users.slice(0, 60) })
    expect(again.body['code']).toBeUndefined()
    expect(again.body['data'].invitations).toHaveLength(60)
    const more = await ada.call('POST', path, { user_ids: users.slice(60, 95) })
    expect(more.body['code']).toBe('rate_limited')
  }, 60_000)

  it('[GROUP-2] does not renew a rejected invitation that the same call has stored', async () => {
    const [ada, bob, others] = [await anAdmin('ada'), await anAdmin('bob'), await adminIds(30)]
    const { deps } = rig()
    const { id } = await createGroup(deps, { user: ada.id }, { user_ids: others.slice(0, 1) })
    const listed = async () => (await bob.call('GET', '/invitations')).body['data'].invitations
    runBefore(
      deps,
      'invitations',
      'createInGroup',
      async () => {
        for (const invitation of await listed()) await respond(bob, invitation.id, 'reject')
      },
      2,
    )
    const userIds = [bob.id, ...others.slice(1)]
    expect(await inviteToGroup(deps, { user: ada.id }, id, { userIds, message: '' })).toHaveLength(30)
    expect(await listed()).toEqual([])
  }, 60_000)

  it('[GROUP-2] [INV-13] renews an invitation that expires during the call', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    let now = Date.now()
    const deps = { ...rig().deps, now: () => now }
    const { id, invitations } = await createGroup(deps, { user: ada.id }, { user_ids: [bob.id] })
    now += 30 * DAY_MS - 60_000
    runBefore(deps, 'invitations', 'createInGroup', async () => {
      now += 120_000
    })
    const invited = await inviteToGroup(deps, { user: ada.id }, id, {
      userIds: [bob.id, cyd.id],
      message: '',
    })
    expect(invited.map(({ id }) => id)).not.toContain(invitations[0]?.id)
    expect(invited).toHaveLength(2)
  })

  it('[GROUP-1] returns the invitations it has stored when the database fails halfway', async () => {
    const [ada, user_ids] = [await anAdmin('ada'), await adminIds(30)]
    const { deps, reported } = rig()
    runBefore(deps, 'invitations', 'createInGroup', down, 2)
    const { id, invitations } = await createGroup(deps, { user: ada.id }, { user_ids: [...user_ids] })
    expect(await conversationsOf(ada)).toMatchObject([{ id }])
    const { open } = await deps.invitations.openInGroup(id, deps.now())
    expect(invitations.map((invitation) => invitation.id).sort()).toEqual([...open.values()].sort())
    expect([invitations.length > 0, invitations.length < 30]).toEqual([true, true])
    expect(reported).toMatchObject([{ message: 'down' }])
  }, 60_000)

  it('[GROUP-6] never exceeds a hundred participants, even with concurrent invitations', async () => {
    const [ada, users] = [await anAdmin('ada'), await adminIds(110)]
    const { deps } = rig()
    const { id } = await createGroup(deps, { user: ada.id }, { user_ids: users.slice(0, 30) })
    const invite = (from: number, to: number) =>
      inviteToGroup(deps, { user: ada.id }, id, { userIds: users.slice(from, to), message: '' }).then(
        () => 'invited',
        ({ code }) => code,
      )
    const outcomes = await Promise.all([invite(30, 70), invite(70, 110)])
    expect(outcomes.sort()).toEqual(['bad_request', 'invited'])
    const { open } = await deps.invitations.openInGroup(id, deps.now())
    expect(open.size).toBeLessThanOrEqual(99)
  }, 60_000)

  it('[INV-1] notifies the users it has invited when the database fails halfway', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const [first = '', ...others] = await adminIds(30)
    const { deps, postedTo } = rig()
    const { id } = await createGroup(deps, { user: ada.id }, { user_ids: [first] })
    const socket = await bob.connect()
    runBefore(deps, 'invitations', 'createInGroup', down, 2)
    const invited = inviteToGroup(deps, { user: ada.id }, id, { userIds: [bob.id, ...others], message: '' })
    await expect(invited).rejects.toThrow('down')
    expect(postedTo(socket)).toEqual(['new_invitation'])
  }, 60_000)
})

describe('leaving a group', () => {
  it('[GROUP-4] is answered and pushed once it is stored, even if the cleanup fails', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    const a = await joined(ada, group)
    const { deps, postedTo, reported } = rig()
    runBefore(deps, 'subscriptions', 'removeConversation', down)
    await leaveGroup(deps, { user: bob.id }, group)
    expect(await deps.conversations.participant(group, bob.id)).toBeUndefined()
    expect(postedTo(a)).toEqual(['participant_left'])
    expect(reported).toMatchObject([{ message: 'down' }])
  })

  it('[LEAVE-1] is completed by leave_conversation if the connection is still subscribed', async () => {
    const { bob, group } = await aGroup('ada', 'bob', 'cyd')
    const b = await joined(bob, group)
    const { deps } = rig()
    runBefore(deps, 'subscriptions', 'removeConversation', down)
    await leaveGroup(deps, { user: bob.id }, group)
    const left = await b.ask({ type: 'leave_conversation', conversation_id: group })
    expect(left['type']).toBe('left_conversation')
    expect([...((await deps.connections.find(b.connectionId))?.joined ?? [])]).toEqual([])
  })

  it('[GROUP-4] [PING-1] keeps the subscriptions of a user who has been invited and has joined again', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    const b = await joined(bob, group)
    const { deps } = rig()
    runBefore(deps, 'subscriptions', 'removeConversation', async () => {
      await ada.call('POST', invitationsPath(group), { to_user_id: bob.id })
      await acceptAll(bob)
      await b.ask(join(group))
    })
    await leaveGroup(deps, { user: bob.id }, group)
    const participant = await deps.conversations.participant(group, bob.id)
    expect(participant?.joined.has(b.connectionId)).toBe(true)
    expect(await b.ask({ type: 'ping' })).toMatchObject({ heads: { [group]: 4 } })
  })
})
