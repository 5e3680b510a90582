import { expect, it, vi } from 'vitest'
import { dismiss } from '../../lambdas/chat/conversations/dismiss.ts'
import { restHandlers } from '../../lambdas/rest/handlers.ts'
import { admins, aGroup, anAdmin, invite, pairUp } from '../support/chat.ts'
import { rig } from '../support/interleave.ts'
import { openStores } from '../support/stores.ts'

it('[OPS-1] each change of participants or owner writes one line to the log, even if the call is repeated', async () => {
  const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
  const audit = vi.fn()
  const handlers = restHandlers({ ...rig().deps, audit })
  const twice = async <T>(call: () => Promise<T>): Promise<T> => {
    await call()
    return await call()
  }
  const accept = (user: string, id: string) =>
    twice(() =>
      handlers['PUT /api/admin/chat/invitations/{id}/respond']({
        user,
        path: { id },
        query: undefined,
        body: { action: 'accept' },
      }),
    )

  const { conversation_id: group, invitations } = await twice(() =>
    handlers['POST /api/admin/chat/conversations']({
      user: ada.id,
      path: undefined,
      query: undefined,
      body: { title: 'Secret plans', user_ids: [bob.id, cyd.id], client_request_id: 'key' },
    }),
  )
  const { conversation_id: pair } = await accept(bob.id, await invite(ada, bob))
  for (const user of [bob.id, cyd.id]) {
    await accept(user, invitations.find(({ to_user }) => to_user?.id === user)?.id ?? '')
  }
  await twice(() =>
    handlers['DELETE /api/admin/chat/conversations/{id}/participants/{user_id}']({
      user: ada.id,
      path: { id: group, user_id: cyd.id },
      query: undefined,
      body: {},
    }),
  )
  await twice(() =>
    handlers['POST /api/admin/chat/conversations/{id}/owner']({
      user: ada.id,
      path: { id: group },
      query: undefined,
      body: { user_id: bob.id },
    }),
  )
  await twice(() =>
    handlers['POST /api/admin/chat/conversations/{id}/leave']({
      user: ada.id,
      path: { id: group },
      query: undefined,
      body: {},
    }),
  )

  const line = (change: string, user: string, conversation: unknown, by?: string) => [
    'membership_changed',
    { change, user, conversation, ...(by && { by }) },
  ]
  expect(audit.mock.calls).toEqual([
    line('created', ada.id, group),
    line('joined', bob.id, pair),
    line('joined', bob.id, group),
    line('joined', cyd.id, group),
    line('removed', cyd.id, group, ada.id),
    line('owner', bob.id, group, ada.id),
    line('left', ada.id, group),
  ])
})

it('[OPS-1] a dismissal writes one line for the role and one for each conversation, however often it runs', async () => {
  const { ada, bob, group } = await aGroup('ada', 'bob')
  const pair = await pairUp(ada, bob)
  await invite(bob, await anAdmin('cyd'))
  await openStores().users.importUsers([
    { id: bob.id, firstname: '', lastname: '', email: '', role: 'guest' },
  ])
  const audit = vi.fn()
  for (let n = 0; n < 2; n++) await dismiss({ ...rig().deps, audit }, { user: bob.id, at: Date.now() })
  const [first, ...others] = audit.mock.calls
  expect(first).toEqual(['role_changed', { user: bob.id, role: 'guest' }])
  const left = (conversation: string) => [
    'membership_changed',
    { change: 'left', user: bob.id, conversation },
  ]
  expect(others).toHaveLength(2)
  expect(others).toEqual(expect.arrayContaining([left(group), left(pair)]))
})

it('[OPS-1] a dismissal that ends nothing writes no line', async () => {
  const guest = await anAdmin('guest', 'user')
  const audit = vi.fn()
  await dismiss({ ...rig().deps, audit }, { user: guest.id, at: Date.now() })
  expect(audit).not.toHaveBeenCalled()
})
