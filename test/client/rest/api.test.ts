import { expect, it } from 'vitest'
import { createApi } from '../../../client/rest/api.ts'
import { endpoints } from '../../../protocol/endpoints.ts'
import { ok, restWith } from './support.ts'

type Api = ReturnType<typeof createApi>

const conversation = { id: 'c1' }
const invitation = { id: 'i1' }
const message = { seq: 7 }

/** Each call, the function that makes it, the data that the server answers, and what the function resolves with. */
const calls: readonly [call: string, (api: Api) => Promise<unknown>, data: unknown, value: unknown][] = [
  ['GET conversations?', (api) => api.listConversations(), { conversations: [] }, { conversations: [] }],
  [
    'GET conversations?limit=20&cursor=a+b',
    (api) => api.listConversations({ limit: 20, cursor: 'a b' }),
    { conversations: [] },
    { conversations: [] },
  ],
  ['GET invitations?', (api) => api.listInvitations(), { invitations: [] }, { invitations: [] }],
  [
    'GET conversations/c1/messages?after=0&limit=100',
    (api) => api.listMessages('c1', { after: 0, limit: 100 }),
    { messages: [] },
    { messages: [] },
  ],
  [
    'POST conversations/c1/messages {"content":"hi","client_message_id":"m1"}',
    (api) => api.sendMessage('c1', { content: 'hi', client_message_id: 'm1' }),
    { message },
    message,
  ],
  [
    'POST conversations/c1/mark-read {"seq":7}',
    (api) => api.markRead('c1', { seq: 7 }),
    { last_read_seq: 7 },
    { last_read_seq: 7 },
  ],
  [
    'PATCH conversations/c1/messages/7 {"content":"new"}',
    (api) => api.editMessage('c1', 7, { content: 'new' }),
    { message },
    message,
  ],
  ['DELETE conversations/c1/messages/7 {}', (api) => api.deleteMessage('c1', 7), { message }, message],
  [
    'POST invitations {"to_user_id":"ada+1@example.com","message":"hello"}',
    (api) => api.invite({ to_user_id: 'ada+1@example.com', message: 'hello' }),
    { invitation },
    invitation,
  ],
  [
    'GET conversations/c1/invitations?',
    (api) => api.groupInvitations('c1'),
    { invitations: [invitation] },
    [invitation],
  ],
  [
    'POST conversations/c1/invitations {"user_ids":["bob"]}',
    (api) => api.inviteToGroup('c1', { user_ids: ['bob'] }),
    { invitations: [invitation] },
    { invitations: [invitation] },
  ],
  [
    'PUT invitations/i1/respond {"action":"accept"}',
    (api) => api.respond('i1', { action: 'accept' }),
    { conversation_id: 'c1', conversation },
    conversation,
  ],
  [
    'PUT invitations/i1/respond {"action":"reject"}',
    (api) => api.respond('i1', { action: 'reject' }),
    {},
    undefined,
  ],
  ['DELETE invitations/i1 {}', (api) => api.withdraw('i1'), {}, {}],
  [
    'POST conversations {"user_ids":["bob"],"client_request_id":"r1"}',
    (api) => api.createGroup({ user_ids: ['bob'], client_request_id: 'r1' }),
    { conversation_id: 'c1', conversation, invitations: [] },
    conversation,
  ],
  ['POST conversations/c1/leave {}', (api) => api.leave('c1'), {}, {}],
  [
    'DELETE conversations/c1/participants/ada%2B1%40example.com {}',
    (api) => api.removeParticipant('c1', 'ada+1@example.com'),
    {},
    {},
  ],
  [
    'POST conversations/c1/owner {"user_id":"bob"}',
    (api) => api.setOwner('c1', { user_id: 'bob' }),
    { owner_id: 'bob' },
    { owner_id: 'bob' },
  ],
  ['GET admins/search?q=gr+%26+ace', (api) => api.search({ q: 'gr & ace' }), { admins: [] }, []],
]

it.each(calls)('[CLIENT-6] the library can call %s', async (call, run, data, value) => {
  const { rest, seen } = restWith([ok(data)])
  expect(await run(createApi(rest))).toEqual(value)
  const made = seen.map(({ method, url, body }) => {
    const path = url.replace('https://chat.example.com/api/admin/chat/', '')
    return [method, path, ...(body ? [JSON.stringify(body)] : [])].join(' ')
  })
  expect(made).toEqual([call])
})

it('[CLIENT-6] the library can call every route but health', () => {
  const called = calls.map(([call]) => call.replace(' ', ' /api/admin/chat/').replace(/[ ?][^/ ]*$/, ''))
  const missing = Object.keys(endpoints).filter((route) => {
    const pattern = new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`)
    return !called.some((call) => pattern.test(call))
  })
  expect(missing).toEqual(['GET /api/health'])
})
