import { expect, it, vi } from 'vitest'
import { restHandlers } from '../../lambdas/rest/handlers.ts'
import { admins, invite } from '../support/chat.ts'
import { rig } from '../support/interleave.ts'

it('creating, joining and leaving a conversation each leave one line in the log, with ids only', async () => {
  const { ada, bob } = await admins('ada', 'bob')
  const audit = vi.fn()
  const handlers = restHandlers({ ...rig().deps, audit })
  const { conversation_id: group } = await handlers['POST /api/admin/chat/conversations']({
    user: ada.id,
    path: undefined,
    query: undefined,
    body: { title: 'Secret plans', user_ids: [bob.id] },
  })
  const respond = handlers['PUT /api/admin/chat/invitations/{id}/respond']
  const { conversation_id: pair } = await respond({
    user: bob.id,
    path: { id: await invite(ada, bob) },
    query: undefined,
    body: { action: 'accept' },
  })
  const leave = handlers['POST /api/admin/chat/conversations/{id}/leave']
  await leave({ user: ada.id, path: { id: group }, query: undefined, body: {} })
  expect(audit.mock.calls).toEqual([
    ['membership_changed', { change: 'created', user: ada.id, conversation: group }],
    ['membership_changed', { change: 'joined', user: bob.id, conversation: pair }],
    ['membership_changed', { change: 'left', user: ada.id, conversation: group }],
  ])
})
