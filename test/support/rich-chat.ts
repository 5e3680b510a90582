import { membershipStore } from '../../lambdas/stores/memberships.ts'
import type { OwnChat } from './own-chat.ts'
import { aUser } from './people.ts'

/** Text with everything that a line of a file, or a program that reads it, could mistake for something else. */
export const hostileText = 'one\u2028two\u2029three\nfour\u0085\r"\\\u0000\t\u007f é 😀 \u202e {"type":"end"}'
export const hostileMetadata = {
  10: 'ten',
  a: [0.1, 1e21, -1.5e-7, 9_007_199_254_740_991],
  '\u2028': '😀',
}

export const richUsers = ['ada', 'bob', 'cyd', 'dan', 'eve', "o'brien+x@example.org"].map((id) =>
  aUser({ id, firstname: `Émile ${id}`, lastname: "O'Brien" }),
)

/** Fills a chat of `richUsers` with a bit of everything. Resolves with the ids of its conversations. */
export async function fillChat({ call, target }: OwnChat) {
  const invite = async (from: string, to: string, message = '') =>
    (await call(from, 'POST', '/invitations', { to_user_id: to, message }))['invitation_id'] as string
  const respond = async (user: string, invitation: string, action = 'accept') =>
    (await call(user, 'PUT', `/invitations/${invitation}/respond`, { action }))['conversation_id'] as string
  const send = async (user: string, conversation: string, body: object) =>
    (await call(user, 'POST', `/conversations/${conversation}/messages`, body))['message']

  const pair = await respond('bob', await invite('ada', 'bob', hostileText))
  await send('ada', pair, { content: hostileText, metadata: hostileMetadata, client_message_id: 'once' })
  await send('bob', pair, { content: 'to be edited', client_message_id: 'edited' })
  await send('bob', pair, { content: 'to be deleted', client_message_id: 'deleted' })
  await send('bob', pair, { content: 'unread' })
  await call('bob', 'PATCH', `/conversations/${pair}/messages/2`, { content: 'edited', metadata: { n: 1 } })
  await call('bob', 'DELETE', `/conversations/${pair}/messages/3`)
  await call('ada', 'POST', `/conversations/${pair}/mark-read`, { seq: 1 })

  const request = {
    title: 'Ops 李小龙',
    user_ids: ['bob', 'cyd', 'eve'],
    client_request_id: 'group#\u2028 1',
  }
  const group = await call('ada', 'POST', '/conversations', request)
  const groupId = group['conversation_id'] as string
  for (const user of ['bob', 'cyd']) {
    const { invitations } = await call(user, 'GET', '/invitations')
    await respond(user, invitations[0].id)
  }
  await send('cyd', groupId, { content: 'hello' })
  await call('cyd', 'POST', `/conversations/${groupId}/leave`)
  await call('ada', 'POST', `/conversations/${groupId}/owner`, { user_id: 'bob' })
  await send('ada', groupId, { content: 'after that' })

  await respond('dan', await invite('eve', 'dan', 'no'), 'reject')
  await invite('ada', 'dan', 'open')
  const withdrawn = await invite('bob', 'dan', 'taken back')
  await call('bob', 'DELETE', `/invitations/${withdrawn}`)

  const former = await respond("o'brien+x@example.org", await invite('ada', "o'brien+x@example.org"))
  await send("o'brien+x@example.org", former, { content: 'goodbye', client_message_id: 'bye' })
  const memberships = membershipStore({ db: target.db, tableName: target.tables.conversations })
  const head = await target.deps.conversations.head(former)
  await memberships.retire(former, "o'brien+x@example.org", head?.participants ?? new Map())
  await target.users.removeUser("o'brien+x@example.org")
  await target.users.signOut('eve', Math.floor(Date.now() / 1000))
  return { pair, group: groupId, former, request }
}
