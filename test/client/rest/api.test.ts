import { expect, it } from 'vitest'
import { createApi } from '../../../client/rest/api.ts'
import { endpoints } from '../../../protocol/endpoints.ts'
import { ok, restWith } from './support.ts'

type Api = ReturnType<typeof createApi>

const conversation = { id: 'c1' }
const invitation = { id: 'i1' }
const message = { seq: 7 }

/** Every function of the API, the data that the server sends, what it resolves with, and its call. */
const calls: readonly [(api: Api) => Promise<unknown>, data: unknown, value: unknown, call: string][] = [
  [(api) => api.listConversations(), { conversations: [] }, { conversations: [] }, 'GET conversations'],
  [
    (api) => api.listConversations({ limit: 20, cursor: 'a b' }),
    { conversations: [] },
    { conversations: [] },
    'GET conversations?limit=20&cursor=a+b',
  ],
  [(api) => api.listInvitations(), { invitations: [] }, { invitations: [] }, 'GET invitations'],
  [
    (api) => api.listMessages('c1', { after: 0, limit: 100 }),
    { messages: [] },
    { messages: [] },
    'GET conversations/c1/messages?after=0&limit=100',
  ],
  [
    (api) => api.sendMessage('c1', { content: 'hi', client_message_id: 'm1' }),
    { message },
    message,
    'POST conversations/c1/messages {"content":"hi","client_message_id":"m1"}',
  ],
  [
    (api) => api.markRead('c1', 7),
    { last_read_seq: 7 },
    { last_read_seq: 7 },
    'POST conversations/c1/mark-read {"seq":7}',
  ],
  [
    (api) => api.editMessage('c1', 7, 'new'),
    { message },
    message,
    'PATCH conversations/c1/messages/7 {"content":"new"}',
  ],
  [(api) => api.deleteMessage('c1', 7), { message }, message, 'DELETE conversations/c1/messages/7'],
  [
    (api) => api.invite('ada+1@example.com', 'hello'),
    { invitation },
    invitation,
    'POST invitations {"to_user_id":"ada+1@example.com","message":"hello"}',
  ],
  [
    (api) => api.inviteToGroup('c1', ['bob']),
    { invitations: [invitation] },
    [invitation],
    'POST conversations/c1/invitations {"user_ids":["bob"]}',
  ],
  [
    (api) => api.respond('i1', 'accept'),
    { conversation_id: 'c1', conversation },
    conversation,
    'PUT invitations/i1/respond {"action":"accept"}',
  ],
  [(api) => api.respond('i1', 'reject'), {}, undefined, 'PUT invitations/i1/respond {"action":"reject"}'],
  [(api) => api.withdraw('i1'), {}, undefined, 'DELETE invitations/i1'],
  [
    (api) => api.createGroup({ user_ids: ['bob'], client_request_id: 'r1' }),
    { conversation_id: 'c1', conversation, invitations: [] },
    conversation,
    'POST conversations {"user_ids":["bob"],"client_request_id":"r1"}',
  ],
  [(api) => api.leave('c1'), {}, undefined, 'POST conversations/c1/leave {}'],
  [
    (api) => api.removeParticipant('c1', 'ada+1@example.com'),
    {},
    undefined,
    'DELETE conversations/c1/participants/ada%2B1%40example.com',
  ],
  [
    (api) => api.setOwner('c1', 'bob'),
    { owner_id: 'bob' },
    undefined,
    'POST conversations/c1/owner {"user_id":"bob"}',
  ],
  [(api) => api.search('gr & ace'), { admins: [] }, [], 'GET admins/search?q=gr+%26+ace'],
]

it.each(calls)('[CLIENT-6] each function makes the call of its route: %s', async (run, data, value, call) => {
  const { rest, seen } = restWith([ok(data)])
  expect(await run(createApi(rest))).toEqual(value)
  const made = seen.map(({ method, url, body }) =>
    [
      method,
      url.replace('https://chat.example.com/api/admin/chat/', ''),
      ...(body ? [JSON.stringify(body)] : []),
    ].join(' '),
  )
  expect(made).toEqual([call])
})

it('[CLIENT-6] every route has a function', () => {
  const called = calls.map(([, , , call]) => `${call.split(/[ ?]/).slice(0, 2).join(' /api/admin/chat/')}`)
  const patterns = Object.keys(endpoints)
    .filter((route) => !route.endsWith('/health'))
    .map((route) => [route, new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`)] as const)
  expect(
    patterns.filter(([, pattern]) => !called.some((call) => pattern.test(call))).map(([route]) => route),
  ).toEqual([])
})
