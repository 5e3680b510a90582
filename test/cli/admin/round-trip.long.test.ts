import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportTo } from '../../../cli/admin/export/command.ts'
import { partFileOf } from '../../../cli/admin/export/part-file.ts'
import { checkFile } from '../../../cli/admin/import/check.ts'
import { importFrom } from '../../../cli/admin/import/command.ts'
import { demoUsersFile, readUsersFile } from '../../../local/users-file.ts'
import { failingAfter, type OwnChat, startOwnChat, withDatabase } from '../../support/own-chat.ts'
import { fillChat, hostileMetadata, hostileText, richUsers } from '../../support/rich-chat.ts'
import type { Frame } from '../../support/socket.ts'

const folder = mkdtempSync(join(tmpdir(), 'admin-chat-export-'))
let files = 0
const newFile = () => join(folder, `${++files}.jsonl`)
const linesOf = (file: string): Frame[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
const exported = async (
  { target }: Pick<OwnChat, 'target'>,
  scope: Parameters<typeof exportTo>[2] = 'all',
) => {
  const file = newFile()
  await exportTo(file, target, scope)
  return file
}

let chat: OwnChat
let second: OwnChat
let ids: Awaited<ReturnType<typeof fillChat>>
let complete: string

/** A chat as on a new laptop. */
async function emptyChat(): Promise<OwnChat> {
  await second.empty()
  await second.target.users.importUsers(readUsersFile(demoUsersFile).users)
  return second
}

beforeAll(async () => {
  chat = await startOwnChat(richUsers)
  second = await startOwnChat([])
  ids = await fillChat(chat)
  complete = await exported(chat)
})
afterAll(async () => {
  await chat.stop()
  await second.stop()
  rmSync(folder, { recursive: true })
})

describe('an export', { timeout: 60_000 }, () => {
  it('[OPS-37] has the same bytes after it was imported into a laptop with its demo users', async () => {
    const other = await emptyChat()
    await importFrom(complete, other.target)
    expect(readFileSync(await exported(other), 'utf8')).toBe(readFileSync(complete, 'utf8'))
  })

  it('[OPS-37] restores what users see, and what makes repeated calls harmless', async () => {
    const other = await emptyChat()
    await importFrom(complete, other.target)
    const seenBy = async ({ call }: OwnChat, user: string) => [
      await call(user, 'GET', '/conversations'),
      await call(user, 'GET', '/invitations'),
      await call(user, 'GET', '/admins/search?q=emile'),
      ...(await Promise.all(
        [ids.pair, ids.group, ids.former].map((id) =>
          call(user, 'GET', `/conversations/${id}/messages?entries=all`),
        ),
      )),
    ]
    for (const user of ['ada', 'bob', 'cyd', 'dan'])
      expect(await seenBy(other, user)).toEqual(await seenBy(chat, user))
    const { messages } = await other.call('ada', 'GET', `/conversations/${ids.pair}/messages`)
    expect(messages[0]).toMatchObject({ content: hostileText, metadata: hostileMetadata })

    const path = `/conversations/${ids.pair}/messages`
    const again = { content: hostileText, metadata: hostileMetadata, client_message_id: 'once' }
    expect(await other.call('ada', 'POST', path, again)).toMatchObject({ message: { seq: 1 } })
    expect(await other.call('ada', 'POST', path, { ...again, content: 'else' })).toMatchObject({
      code: 'idempotency_conflict',
    })
    expect(await other.call('ada', 'POST', '/conversations', ids.request)).toMatchObject({
      conversation_id: ids.group,
    })
    expect(await other.call('ada', 'POST', path, { content: 'goes on' })).toMatchObject({
      message: { seq: 7 },
    })
    expect(await other.call('bob', 'POST', '/invitations', { to_user_id: 'ada' })).toMatchObject({
      code: 'conversation_exists',
    })
    const { invitations } = await other.call('dan', 'GET', '/invitations')
    const answer = { action: 'accept' }
    expect(
      await other.call('dan', 'PUT', `/invitations/${invitations[0].id}/respond`, answer),
    ).toHaveProperty('conversation_id')
    expect(await other.target.users.importUsers(richUsers)).toEqual(["o'brien+x@example.org"])
    expect((await other.target.users.find('eve'))?.signedOutAt).toBeGreaterThan(0)
  })

  it('[OPS-38] shows a conversation as of one moment, although it goes on, and no words that were deleted before', async () => {
    const busy = await emptyChat()
    await importFrom(complete, busy.target)
    const path = `/conversations/${ids.pair}/messages`
    let isDone = false
    const live = withDatabase(busy.target, async (_call, send, command) => {
      const input = (command as { readonly input: Frame }).input
      const isReadOfLog =
        input['ExpressionAttributeValues']?.[':pk'] === `CONV#${ids.pair}` &&
        input['ExpressionAttributeValues']?.[':first'] === 'LOG#000000000001'
      if (isReadOfLog && !isDone) {
        isDone = true
        await busy.call('ada', 'DELETE', `${path}/1`)
        await busy.call('bob', 'POST', path, { content: 'too late', client_message_id: 'late' })
        await busy.call('bob', 'POST', `/conversations/${ids.pair}/mark-read`, {})
      }
      return await send()
    })
    const file = await exported({ target: live })
    expect(isDone).toBe(true)
    const of = (type: string) =>
      linesOf(file).filter((line) => line['type'] === type && line['conversation'] === ids.pair)
    expect(of('entry').map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(of('entry')[0]).toMatchObject({ content: '', deleted_at: expect.any(String) })
    expect(of('send').map(({ client_message_id }) => client_message_id)).toEqual([
      'once',
      'deleted',
      'edited',
    ])
    expect(of('participant').map(({ read_seq }) => read_seq)).toEqual([1, 0])

    const other = await emptyChat()
    await importFrom(file, other.target)
    expect(readFileSync(await exported(other), 'utf8')).toBe(readFileSync(file, 'utf8'))
    const { conversations } = await other.call('bob', 'GET', '/conversations')
    const pair = conversations.find(({ id }: Frame) => id === ids.pair)
    expect(pair).toMatchObject({ last_seq: 6, unread_count: 0 })
  })

  it('[OPS-38] reads participants again if one leaves while the end of the log is read', async () => {
    const busy = await emptyChat()
    await importFrom(complete, busy.target)
    let isDone = false
    const live = withDatabase(busy.target, async (_call, send, command) => {
      const { input } = command as { readonly input: Frame }
      const isEndOfLog =
        input['ExpressionAttributeValues']?.[':pk'] === `CONV#${ids.group}` && input['Limit'] === 1
      if (isEndOfLog && !isDone) {
        isDone = true
        await busy.call('ada', 'POST', `/conversations/${ids.group}/leave`)
      }
      return await send()
    })
    const lines = linesOf(await exported({ target: live })).filter(
      (line) => line['conversation'] === ids.group,
    )
    const users = (type: string) => lines.filter((line) => line['type'] === type).map(({ user }) => user)
    expect(users('participant')).toEqual(['bob'])
    expect(users('left')).toEqual(['ada', 'cyd'])
    expect(lines.filter(({ type }) => type === 'entry').at(-1)).toMatchObject({ kind: 'participant_left' })
  })

  it('[OPS-37] leaves out entries that have expired, but keeps the newest one, which the next one needs', async () => {
    const busy = await emptyChat()
    await importFrom(complete, busy.target)
    const expire = (first: number) =>
      busy.target.db.send(
        new UpdateCommand({
          TableName: busy.target.tables.conversations,
          Key: { pk: `CONV#${ids.pair}`, sk: 'META' },
          UpdateExpression: 'SET first_seq = :first',
          ExpressionAttributeValues: { ':first': first },
        }),
      )
    const seqs = async () =>
      linesOf(await exported(busy, { conversation: ids.pair }))
        .filter(({ type }) => type === 'entry' || type === 'send')
        .map(({ type, seq }) => `${type} ${seq}`)
    await expire(3)
    expect(await seqs()).toEqual(['entry 3', 'entry 4', 'entry 5', 'entry 6', 'send 3'])
    await expire(7)
    expect(await seqs()).toEqual(['entry 6'])

    const message = { content: 'expired words', client_message_id: 'expired', metadata: { n: 1 } }
    await busy.call('bob', 'POST', `/conversations/${ids.pair}/messages`, message)
    await expire(8)
    const file = await exported(busy)
    expect(readFileSync(file, 'utf8')).not.toContain('expired')
    const other = await emptyChat()
    await importFrom(file, other.target)
    expect(readFileSync(await exported(other), 'utf8')).toBe(readFileSync(file, 'utf8'))
    expect(await other.call('bob', 'POST', `/conversations/${ids.pair}/messages`, message)).toMatchObject({
      message: { seq: 8 },
    })
  })

  it('[OPS-39] continues after an interruption at any byte, with the same result', async () => {
    const bytes = readFileSync(complete)
    for (let at = 0; at <= bytes.length; at += Math.ceil(bytes.length / 8)) {
      const file = newFile()
      const part = partFileOf(file, JSON.stringify([chat.target.name, 'all']))
      writeFileSync(part, bytes.subarray(0, at))
      await exportTo(file, chat.target, 'all')
      expect(readFileSync(file).equals(bytes)).toBe(true)
      expect(existsSync(part)).toBe(false)
    }
  })

  it('[OPS-39] never leaves an incomplete file under the name that was asked for', async () => {
    const file = newFile()
    for (let calls = 0; calls < 30; calls++) {
      await exportTo(file, failingAfter(chat.target, calls), 'all').catch(() => undefined)
      if (readdirSync(folder).some((name) => file.endsWith(name))) break
    }
    await exportTo(file, chat.target, 'all').catch(() => undefined)
    expect(readFileSync(file).equals(readFileSync(complete))).toBe(true)
    await expect(exportTo(file, chat.target, 'all')).rejects.toThrow('exists')
    await expect(exportTo(join(folder, 'missing', 'file'), chat.target, 'all')).rejects.toThrow(
      'cannot be written',
    )
  })

  it('[OPS-43] of one user contains what concerns the user, and no words of others', async () => {
    const lines = linesOf(await exported(chat, { user: 'bob' }))
    const ofType = (type: string) => lines.filter((line) => line['type'] === type)
    expect(ofType('user').map(({ id }) => id)).toEqual(['bob'])
    expect(ofType('participant').every(({ user }) => user === 'bob')).toBe(true)
    expect(ofType('entry').every(({ sender }) => sender === 'bob')).toBe(true)
    expect(
      ofType('entry')
        .map(({ content }) => content)
        .filter(Boolean),
    ).toEqual(expect.arrayContaining(['edited', 'unread']))
    expect(ofType('conversation').map(({ id }) => id)).toEqual([ids.pair, ids.group].sort())
    expect(
      ofType('invitation')
        .map(({ message }) => message)
        .sort(),
    ).toEqual(['', hostileText, 'taken back'].sort())
    expect(ofType('send')).toEqual([])
    await expect(exported(chat, { user: 'nobody' })).rejects.toThrow('Nothing is stored')
    await expect(importFrom(await exported(chat, { user: 'bob' }), chat.target)).rejects.toThrow(
      'complete export',
    )
  })

  it('[OPS-43] of one conversation contains it with its participants', async () => {
    const lines = linesOf(await exported(chat, { conversation: ids.group }))
    expect(lines.filter(({ type }) => type === 'user').map(({ id }) => id)).toEqual(['ada', 'bob', 'cyd'])
    expect(new Set(lines.map(({ type }) => type))).toEqual(
      new Set(['export', 'user', 'conversation', 'participant', 'left', 'entry', 'invitation', 'end']),
    )
    await expect(exported(chat, { conversation: 'missing' })).rejects.toThrow('Nothing is stored')
  })
})

describe('an import', { timeout: 60_000 }, () => {
  it('[OPS-41] is completed by a repetition, however often it is interrupted', async () => {
    const other = await emptyChat()
    let crashes = 0
    for (let calls = 0; ; calls++) {
      const failed = await importFrom(complete, failingAfter(other.target, calls)).catch((error) => error)
      if (!(failed instanceof Error)) break
      expect(failed.message).toBe('killed')
      crashes++
      if (crashes < 6 || crashes % 3 > 0) continue
      await expect(exported(other)).rejects.toThrow('has not finished')
      const another = newFile()
      writeFileSync(another, readFileSync(complete, 'utf8').replace('Ops', 'Dev'))
      await expect(importFrom(another, other.target)).rejects.toThrow('another file')
    }
    expect(crashes).toBeGreaterThanOrEqual(8)
    expect(readFileSync(await exported(other), 'utf8')).toBe(readFileSync(complete, 'utf8'))
  })

  it('[OPS-41] refuses a chat that is not empty', async () => {
    await expect(importFrom(complete, chat.target)).rejects.toThrow('it has conversations')
    const other = await emptyChat()
    await other.call('ada', 'POST', '/invitations', { to_user_id: 'grace' })
    await expect(importFrom(complete, other.target)).rejects.toThrow('it has invitations')
  })

  it('[OPS-41] refuses a chat with users of its own, but not with users who are in the file', async () => {
    const other = await emptyChat()
    const zoe = { id: 'zoe', firstname: 'Zoe', lastname: '', email: '', role: 'admin' }
    await other.target.users.importUsers([zoe, ...richUsers.slice(0, 2)])
    await expect(importFrom(complete, other.target)).rejects.toThrow('such as zoe')
    await other.target.users.removeUser('zoe')
    await expect(importFrom(complete, other.target)).rejects.toThrow('such as zoe')
  })

  it('[OPS-40] writes nothing if a line of the file is not valid', async () => {
    const other = await emptyChat()
    const before = await exported(other)
    const file = newFile()
    const lines = readFileSync(complete, 'utf8').split('\n')
    writeFileSync(file, lines.toSpliced(-3, 1).join('\n'))
    await expect(importFrom(file, other.target)).rejects.toThrow('Nothing was imported')
    expect(readFileSync(await exported(other), 'utf8')).toBe(readFileSync(before, 'utf8'))
    copyFileSync(complete, file)
    await expect(checkFile(file, () => undefined)).resolves.toMatchObject({ lines: lines.length - 1 })
  })
})
