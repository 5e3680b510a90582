import { writeFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { expect, inject, it } from 'vitest'
import { importCommand } from '../../cli/users/import.ts'
import { removeUser } from '../../cli/users/remove-user.ts'
import { temporaryDirectory } from '../local/temporary.ts'
import { adminJson } from '../support/admin.ts'
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
  const dataDir = inject('dataDir')
  const target = await openIn(dataDir)
  const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
  const pair = await pairUp(ada, bob)
  const group = await groupUp(ada, [bob, cyd])
  for (const conversation of [pair, group]) await post(ada, conversation, 'for the removed user')
  const [received, sent] = [await invite(cyd, bob), await invite(bob, cyd)]
  await removeUser(target, bob.id)

  const file = joinPath(temporaryDirectory(), 'users.json')
  const [next, other] = [aUser({ id: bob.id, firstname: 'Next' }), aUser()]
  writeFileSync(file, JSON.stringify([next, other]))
  const importThem = () => adminJson(dataDir, importCommand(), file, '--reuse')
  expect(await importThem()).toMatchObject({ imported: 1, refused: [bob.id] })
  expect((await bob.call('GET', '/conversations')).status).toBe(401)
  // A worker ends what the removed user took part in.
  await expect
    .poll(() => target.deps.conversations.ofUser(bob.id), { timeout: 20_000, interval: 200 })
    .toEqual([])
  // As long ago as it takes for the tokens of this test to be newer.
  expect(await target.users.importUsers([next], seconds() - 60)).toEqual([])
  expect(await importThem()).toMatchObject({ imported: 2, refused: [] })

  expect(await conversationsOf(bob)).toEqual([])
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
}, 40_000)
