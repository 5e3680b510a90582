import { describe, expect, it } from 'vitest'
import { createGroup } from '../../lambdas/chat/conversations/create-group.ts'
import {
  type Admin,
  acceptAll,
  adminIds,
  admins,
  anAdmin,
  conversationsOf,
  leavePath,
  ownerPath,
  respond,
} from '../support/chat.ts'
import { down, rig, runBefore } from '../support/interleave.ts'
import type { Frame } from '../support/socket.ts'

const DAY_MS = 86_400_000

/** A call that crashed after it had invited the first 18 of 30 users; `first` is one of those, `last` is not. */
async function halfCreated() {
  const { ada, first, last } = await admins('ada', 'first', 'last')
  const body = { user_ids: [first.id, ...(await adminIds(28)), last.id], client_request_id: 'key' }
  const crashing = rig().deps
  runBefore(crashing, 'invitations', 'createInGroup', down, 2)
  await expect(createGroup(crashing, { user: ada.id }, body)).rejects.toThrow('down')
  const create = (deps = rig().deps) => createGroup(deps, { user: ada.id }, body)
  return { ada, first, last, create, group: String((await conversationsOf(ada))[0]?.['id']) }
}

const invitationOf = async (admin: Admin): Promise<string | undefined> =>
  (await admin.call('GET', '/invitations')).body['data'].invitations[0]?.id

const idsOf = (invitations: readonly Frame[]) => invitations.map(({ id }) => id).sort()

describe('creating a group with a client_request_id', () => {
  it('[GROUP-12] creates nothing new when it is repeated, and returns the same answer', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const create = () =>
      ada.call('POST', '/conversations', {
        title: 'Ops',
        user_ids: [bob.id, cyd.id],
        client_request_id: 'key 1',
      })
    const [first, ...others] = await Promise.all([create(), create(), create()])
    const again = await create()
    const { conversation_id, invitations } = first.body['data']
    for (const { status, body } of [...others, again]) {
      expect([status, body['data'].conversation_id]).toEqual([200, conversation_id])
      expect(idsOf(body['data'].invitations)).toEqual(idsOf(invitations))
    }
    expect(await conversationsOf(ada)).toHaveLength(1)
    expect((await bob.call('GET', '/invitations')).body['data'].invitations).toHaveLength(1)
    await acceptAll(bob)
    expect(idsOf((await create()).body['data'].invitations)).toEqual(idsOf(invitations))
  })

  it('[GROUP-12] is refused with other content, but not for another user', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const create = async (title: string, creator = ada) => {
      const body = { title, user_ids: [cyd.id], client_request_id: 'key' }
      return (await creator.call('POST', '/conversations', body)).body['code']
    }
    expect(await create('Ops')).toBeUndefined()
    expect(await create('Dev')).toBe('idempotency_conflict')
    expect(await create('Dev', bob)).toBeUndefined()
  })

  it('[GROUP-12] is bad_request with a key that is empty, too long or not well-formed', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    for (const client_request_id of ['', 'x'.repeat(65), '\ud800', 5]) {
      const { body } = await ada.call('POST', '/conversations', { user_ids: [bob.id], client_request_id })
      expect(body).toMatchObject({
        code: 'bad_request',
        message: expect.stringContaining('client_request_id'),
      })
    }
    expect(await conversationsOf(ada)).toEqual([])
  })

  it('[GROUP-12] stores the missing invitations if the first call crashed halfway', async () => {
    const [ada, user_ids] = [await anAdmin('ada'), await adminIds(60)]
    const { deps } = rig()
    const create = () =>
      createGroup(deps, { user: ada.id }, { user_ids: [...user_ids], client_request_id: 'key' })
    runBefore(deps, 'invitations', 'createInGroup', down, 2)
    await expect(create()).rejects.toThrow('down')
    const [first] = await conversationsOf(ada)
    const { id, invitations } = await create()
    expect([id, invitations.length]).toEqual([first?.['id'], 60])
    expect(idsOf((await create()).invitations)).toEqual(idsOf(invitations))
    expect(await conversationsOf(ada)).toHaveLength(1)
  }, 60_000)

  it('[GROUP-12] [GROUP-7] sends no invitations if the caller no longer owns the group', async () => {
    const { ada, first, create, group } = await halfCreated()
    await acceptAll(first)
    await ada.call('POST', ownerPath(group), { user_id: first.id })
    const { id, invitations } = await create()
    expect([id, invitations.length]).toEqual([group, 18])
    await ada.call('POST', leavePath(group))
    await expect(create()).rejects.toMatchObject({ code: 'not_found' })
    expect((await rig().deps.invitations.openInGroup(group, Date.now())).open.size).toBe(17)
  }, 60_000)

  it('[GROUP-12] sends no invitations after a day, when the first ones may have been removed', async () => {
    const { create } = await halfCreated()
    const late = { ...rig().deps, now: () => Date.now() + DAY_MS }
    expect((await create(late)).invitations).toHaveLength(18)
  }, 60_000)

  it('[GROUP-12] does not renew a rejected invitation that a concurrent call has stored', async () => {
    const { last, create } = await halfCreated()
    const { deps } = rig()
    runBefore(deps, 'invitations', 'createInGroup', async () => {
      await create()
      await respond(last, String(await invitationOf(last)), 'reject')
    })
    expect((await create(deps)).invitations).toHaveLength(30)
    expect(await invitationOf(last)).toBeUndefined()
  }, 60_000)
})
