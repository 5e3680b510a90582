import { describe, expect, it } from 'vitest'
import { createGroup } from '../../lambdas/chat/conversations/create-group.ts'
import { acceptAll, adminIds, admins, anAdmin, conversationsOf } from '../support/chat.ts'
import { down, rig, runBefore } from '../support/interleave.ts'
import type { Frame } from '../support/socket.ts'

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
})
