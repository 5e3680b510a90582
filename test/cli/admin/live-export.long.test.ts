import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportTo } from '../../../cli/admin/export/command.ts'
import { partFileOf } from '../../../cli/admin/export/part-file.ts'
import { importFrom } from '../../../cli/admin/import/command.ts'
import { membershipStore } from '../../../lambdas/stores/memberships.ts'
import { type OwnChat, startOwnChat, withDatabase } from '../../support/own-chat.ts'
import { aUser } from '../../support/people.ts'
import type { Frame } from '../../support/socket.ts'

const people = ['ada', 'bob', 'cyd', 'dan'].map((id) => aUser({ id }))
const folder = mkdtempSync(join(tmpdir(), 'admin-chat-live-export-'))
let files = 0
const newFile = () => join(folder, `${++files}.jsonl`)

let chat: OwnChat
let other: OwnChat

beforeAll(async () => {
  chat = await startOwnChat([])
  other = await startOwnChat([])
})
afterAll(async () => {
  await chat.stop()
  await other.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  await chat.empty()
  await chat.target.users.importUsers(people)
})

const invite = async (from: string, to: string): Promise<string> =>
  (await chat.call(from, 'POST', '/invitations', { to_user_id: to }))['invitation_id']
const respond = async (user: string, id: string, action = 'accept', at = chat): Promise<string> =>
  (await at.call(user, 'PUT', `/invitations/${id}/respond`, { action }))['conversation_id']
const startPair = async (from: string, to: string) => await respond(to, await invite(from, to))
const startGroup = async (creator: string, user: string, key: string) =>
  await chat.call(creator, 'POST', '/conversations', {
    title: key,
    user_ids: [user],
    client_request_id: key,
  })

/** Ends the participation in a pair, as the worker does for a user who was removed. */
async function dismiss(user: string, from: string, id: string): Promise<void> {
  const { db, tables, deps, users } = chat.target
  await users.removeUser(user)
  const pk = `PAIR#${[user, from].sort().join('#')}`
  await db.send(new DeleteCommand({ TableName: tables.invitations, Key: { pk, sk: 'PAIR' } }))
  const head = await deps.conversations.head(id)
  await membershipStore({ db, tableName: tables.conversations }).retire(
    id,
    user,
    head?.participants ?? new Map(),
  )
}

/** Exports while something else happens: after the first call to the database that matches. */
async function exportDuring(
  matches: (input: Frame, answer: Frame) => boolean,
  change: () => Promise<unknown>,
  { target = chat.target, file = newFile() } = {},
) {
  let isDone = false
  const live = withDatabase(target, async (_call, send, command) => {
    const { input } = command as { readonly input: Frame }
    const answer = (await send()) as Frame
    if (!isDone && matches(input, answer)) {
      isDone = true
      await change()
    }
    return answer
  })
  await exportTo(file, live, 'all')
  expect(isDone).toBe(true)
  return file
}

const scansOf = (table: 'users' | 'conversations' | 'invitations') => (input: Frame) =>
  input['TableName'] === chat.target.tables[table] && input['KeyConditionExpression'] === undefined
const readsOfLog = (id: string) => (input: Frame) =>
  input['ExpressionAttributeValues']?.[':pk'] === `CONV#${id}` &&
  input['ExpressionAttributeValues'][':last'] !== undefined

const linesIn = (file: string): Frame[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** Imports a file into another chat, whose export must then have the same bytes. Resolves with its lines. */
async function restored(file: string): Promise<Frame[]> {
  await other.empty()
  await importFrom(file, other.target)
  const again = newFile()
  await exportTo(again, other.target, 'all')
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'))
  const lines = linesIn(file)
  const conversations = lines.filter(({ type }) => type === 'conversation').map(({ id }) => id)
  const users = lines.filter(({ type }) => type === 'user' || type === 'removed_user').map(({ id }) => id)
  for (const { type, conversation, group, user, sender, from, to } of lines) {
    if (conversation !== undefined) expect(conversations).toContain(conversation)
    const named = type === 'invitation' ? group?.id : type === 'group_request' ? group : undefined
    if (named !== undefined) expect(conversations).toContain(named)
    for (const one of [user, sender, from, to]) if (one !== undefined) expect(users).toContain(one)
  }
  return lines
}

const ofType = (lines: readonly Frame[], type: string) => lines.filter((line) => line['type'] === type)

describe('[OPS-47] an export of a chat that is in use', { timeout: 60_000 }, () => {
  it.each(['users', 'conversations', 'invitations'] as const)(
    'names only what it contains if, after a read of the %s, an invitation is accepted and a group is created',
    async (table) => {
      const invitation = await invite('ada', 'bob')
      await startPair('cyd', 'dan')
      const file = await exportDuring(scansOf(table), async () => {
        await respond('bob', invitation)
        await startPair('ada', 'cyd')
        await startGroup('ada', 'dan', 'new')
      })
      const lines = await restored(file)
      const [pair] = ofType(lines, 'pair').filter(({ users }) => users.join() === 'ada,bob')
      if (pair) return
      await respond('bob', invitation, 'accept', other)
      const { conversations } = await other.call('bob', 'GET', '/conversations')
      expect(conversations).toMatchObject([{ participant: { id: 'ada' } }])
    },
  )

  it('keeps an invitation that is accepted after the invitations were read', async () => {
    const invitation = await invite('ada', 'bob')
    const file = await exportDuring(scansOf('users'), () => respond('bob', invitation))
    expect(ofType(await restored(file), 'invitation')).toMatchObject([{ id: invitation, status: 'pending' }])
  })

  it('contains a conversation that begins between the reads of conversations and invitations', async () => {
    const invitation = await invite('ada', 'bob')
    let id = ''
    const file = await exportDuring(scansOf('conversations'), async () => {
      id = await respond('bob', invitation)
      await chat.call('bob', 'POST', `/conversations/${id}/messages`, { content: 'hello' })
    })
    const lines = await restored(file)
    expect(ofType(lines, 'pair')).toMatchObject([{ conversation: id }])
    expect(ofType(lines, 'entry')).toMatchObject([{ conversation: id, content: 'hello' }])
  })

  it('links no two users of whom one has been dismissed since, so that they can begin again', async () => {
    const id = await startPair('ada', 'bob')
    const file = await exportDuring(scansOf('users'), () => dismiss('bob', 'ada', id))
    const lines = await restored(file)
    expect(ofType(lines, 'conversation')).toMatchObject([{ former: ['bob'] }])
    expect(ofType(lines, 'pair')).toEqual([])
  })

  it('links two users of whom one is dismissed after their conversation was read, even if it continues later', async () => {
    const id = await startPair('ada', 'bob')
    await chat.call('ada', 'POST', `/conversations/${id}/messages`, { content: 'hello' })
    const begun = newFile()
    await exportTo(begun, chat.target, 'all')
    await dismiss('bob', 'ada', id)
    const file = newFile()
    const part = partFileOf(file, JSON.stringify([chat.target.name, 'all']))
    const texts = readFileSync(begun, 'utf8').split('\n')
    writeFileSync(
      part,
      `${texts.slice(0, texts.findIndex((text) => text.includes('"invitation"')) + 1).join('\n')}\n`,
    )
    expect(await exportTo(file, chat.target, 'all')).toMatchObject({ continued: true })
    expect(ofType(await restored(file), 'pair')).toEqual([
      { type: 'pair', users: ['ada', 'bob'], conversation: id },
    ])
  })

  it.each(['before', 'after'])(
    'that continues after an interruption names only what it contains, if the id of a new conversation comes %s',
    async (where) => {
      for (const key of ['one', 'two', 'three']) await startGroup('cyd', 'dan', key)
      const begun = newFile()
      await exportTo(begun, chat.target, 'all')
      // The last one is read again.
      const [, read] = ofType(linesIn(begun), 'conversation').map(({ id }) => id)
      // Ids are random.
      for (let tries = 0; tries < 20; tries++) {
        const { conversation_id: id } = await startGroup('ada', 'bob', `${where} ${tries}`)
        if (id < read === (where === 'before')) break
      }
      await startPair('ada', 'bob')
      const file = newFile()
      const part = partFileOf(file, JSON.stringify([chat.target.name, 'all']))
      const text = readFileSync(begun, 'utf8')
      writeFileSync(part, text.slice(0, text.indexOf('{"type":"invitation"')))
      await exportTo(file, chat.target, 'all')
      await restored(file)
    },
  )

  it('contains the messages and participants of one moment while users write, edit and leave', async () => {
    const { conversation_id: id, invitations } = await startGroup('ada', 'bob', 'busy')
    await respond('bob', invitations[0].id)
    const path = `/conversations/${id}`
    await chat.call('ada', 'POST', `${path}/messages`, { content: 'one' })
    const file = await exportDuring(readsOfLog(id), async () => {
      await chat.call('ada', 'PATCH', `${path}/messages/2`, { content: 'two' })
      await chat.call('bob', 'POST', `${path}/leave`)
    })
    expect(ofType(await restored(file), 'participant').map(({ user }) => user)).toEqual(['ada', 'bob'])
  })

  it('fails, and begins again when repeated, if a user was imported who then took part', async () => {
    const { conversation_id: id } = await startGroup('ada', 'bob', 'growing')
    const file = newFile()
    const eveTakesPart = async () => {
      await chat.target.users.importUsers([aUser({ id: 'eve' })])
      const added = await chat.call('ada', 'POST', `/conversations/${id}/invitations`, { user_ids: ['eve'] })
      await respond('eve', added['invitations'][0].id)
    }
    const live = exportDuring(scansOf('users'), eveTakesPart, { file })
    await expect(live).rejects.toThrow(
      'A user was imported while the export was running: eve. Repeat the command',
    )
    expect(await exportTo(file, chat.target, 'all')).toMatchObject({ continued: false })
    await restored(file)
  })

  it('contains a user who is removed while the users are read as a removed user', async () => {
    const rowByRow = withDatabase(chat.target, (_call, send, command) => {
      const { input } = command as { readonly input: Frame }
      if (scansOf('users')(input)) Object.assign(input, { Limit: 1 })
      return send()
    })
    const file = await exportDuring(
      (_input, { Items }) => Items?.[0]?.pk === 'USER#dan',
      () => chat.target.users.removeUser('dan'),
      { target: rowByRow },
    )
    const lines = await restored(file)
    expect(ofType(lines, 'user').map(({ id }) => id)).toEqual(['ada', 'bob', 'cyd'])
    expect(ofType(lines, 'removed_user').map(({ id }) => id)).toEqual(['dan'])
  })
})
