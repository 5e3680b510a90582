import { expect, inject, it } from 'vitest'
import { removeUser } from '../../cli/users/remove-user.ts'
import {
  admins,
  conversationsOf,
  groupUp,
  history,
  invite,
  join,
  pairUp,
  post,
  respond,
} from '../support/chat.ts'
import { openIn } from '../support/own-chat.ts'
import { aUser } from '../support/people.ts'
import { seconds } from '../support/tokens.ts'

it('[AUTH-13] [REMOVED-3] a new user with the id of a removed one sees nothing of theirs, and begins anew', async () => {
  const target = await openIn(inject('dataDir'))
  const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
  const pair = await pairUp(ada, bob)
  const group = await groupUp(ada, [bob, cyd])
  for (const conversation of [pair, group]) await post(ada, conversation, 'for the removed user')
  const [received, sent] = [await invite(cyd, bob), await invite(bob, cyd)]
  await removeUser(target, bob.id)
  const next = aUser({ id: bob.id, firstname: 'Next' })
  expect(await target.users.importUsers([next], seconds() - 60)).toEqual([])
  expect((await bob.call('GET', '/invitations')).status).toBe(200)

  // A worker ends what the removed user took part in.
  await expect.poll(() => conversationsOf(bob), { timeout: 10_000 }).toEqual([])
  await expect.poll(async () => (await bob.call('GET', '/invitations')).body['data'].invitations).toEqual([])
  const socket = await bob.connect()
  for (const conversation of [pair, group]) {
    const path = `/conversations/${conversation}/messages`
    expect((await bob.call('GET', path)).status).toBe(404)
    expect((await bob.call('POST', path, { content: 'hi' })).status).toBe(404)
    expect(await socket.ask(join(conversation))).toMatchObject({ code: 'not_found' })
  }
  expect((await respond(bob, received, 'accept')).status).toBe(404)
  expect((await respond(cyd, sent, 'accept')).status).toBe(404)

  const fresh = await pairUp(ada, bob)
  expect(fresh).not.toBe(pair)
  expect(await history(bob, fresh)).toEqual([])
  expect((await conversationsOf(bob)).map(({ id }) => id)).toEqual([fresh])
  expect((await history(ada, pair)).map(({ content }) => content)).toEqual(['for the removed user'])
}, 30_000)
