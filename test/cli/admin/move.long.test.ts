import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportCommand, exportTo } from '../../../cli/admin/export/command.ts'
import { partFileOf } from '../../../cli/admin/export/part-file.ts'
import { importCommand, importFrom } from '../../../cli/admin/import/command.ts'
import { playSmoke } from '../../../cli/admin/smoke/dialogue.ts'
import { adminJson, runAdmin } from '../../support/admin.ts'
import { failingAfter, type OwnChat, rowsIn, startOwnChat } from '../../support/own-chat.ts'
import { aUser } from '../../support/people.ts'

const people = ['ada', 'bob'].map((id) => aUser({ id }))
const folder = mkdtempSync(join(tmpdir(), 'admin-chat-move-'))
let files = 0
const newFile = () => join(folder, `${++files}.jsonl`)

let chat: OwnChat
/** The file of a chat of Ada and Bob, and its number of lines. */
let file: string
let lines: number
let pair: string

beforeAll(async () => {
  chat = await startOwnChat(people)
  const { invitation_id: id } = await chat.call('ada', 'POST', '/invitations', { to_user_id: 'bob' })
  pair = (await chat.call('bob', 'PUT', `/invitations/${id}/respond`, { action: 'accept' }))[
    'conversation_id'
  ]
  await chat.call('ada', 'POST', `/conversations/${pair}/messages`, { content: 'hello' })
  file = newFile()
  ;({ lines } = await exportTo(file, chat.target, 'all'))
})
afterAll(async () => {
  await chat.stop()
  rmSync(folder, { recursive: true })
})

/** An empty chat on the same machine, whose users are those of the file. */
async function empty(): Promise<void> {
  await chat.empty()
  await chat.target.users.importUsers(people)
}
const dataDir = () => chat.target.name
const typesIn = (name: string) => [
  ...new Set(
    readFileSync(name, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).type),
  ),
]

describe('export and import as commands', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    await empty()
    await runAdmin(dataDir(), importCommand(), file)
  })

  it('[OPS-37] print what they have done, in words or as JSON, and exit with 0', async () => {
    const [one, two] = [newFile(), newFile()]
    expect(await runAdmin(dataDir(), exportCommand(), one)).toEqual({
      lines: [`${lines} lines written to ${one}`],
      errors: [],
      code: 0,
    })
    expect(await adminJson(dataDir(), exportCommand(), two)).toEqual({ file: two, lines, continued: false })
    expect(readFileSync(two, 'utf8')).toBe(readFileSync(one, 'utf8'))
    await empty()
    expect(await runAdmin(dataDir(), importCommand(), one)).toEqual({
      lines: [`${lines} lines imported from ${one}`],
      errors: [],
      code: 0,
    })
    await empty()
    expect(await adminJson(dataDir(), importCommand(), one)).toEqual({ file: one, lines })
  })

  it('report what they are doing at each step, so that a terminal shows it', async () => {
    const shown: string[] = []
    const show = (text: string, share?: number) => {
      shown.push(share === undefined ? text : `${text}, ${share.toFixed(1)}`)
    }
    const name = newFile()
    await exportTo(name, chat.target, 'all', show)
    expect(shown[0]).toBe('reading users, conversations and invitations')
    expect(shown).toContain('4 lines, 0.0')
    expect(shown.at(-1)).toBe(`${lines - 1} lines, 1.0`)
    const part = partFileOf(name, JSON.stringify([chat.target.name, 'all']))
    renameSync(name, part)
    shown.length = 0
    await exportTo(name, chat.target, 'all', show)
    expect(shown).toContain('3 lines found')
    await empty()
    shown.length = 0
    await importFrom(name, chat.target, show)
    expect(shown).toContain(`${lines} lines checked`)
    expect(shown).toContain(`${lines} of ${lines} lines stored, 1.0`)
  })

  it('[OPS-39] [OPS-40] [OPS-41] say in one sentence why they cannot, and exit with 1', async () => {
    const damaged = newFile()
    writeFileSync(damaged, readFileSync(file, 'utf8').replace(/\{"type":"conversation".*\n/, ''))
    const missing = join(folder, 'missing.jsonl')
    for (const [command, args, sentence] of [
      [exportCommand, [file], 'exists. Choose another name'],
      [exportCommand, ['--user', 'unknown', newFile()], 'Nothing is stored about user unknown.'],
      [exportCommand, ['--conversation', 'none', newFile()], 'Nothing is stored about conversation none.'],
      [importCommand, [file], 'The chat is not empty: it has conversations.'],
      [importCommand, [damaged], `${damaged}, line 4: belongs to a conversation that is missing.`],
      [importCommand, [missing], `${missing} cannot be read`],
    ] as const) {
      for (const json of [[], ['--json']]) {
        const { errors, ...rest } = await runAdmin(dataDir(), command(), ...args, ...json)
        expect(rest).toEqual({ lines: [], code: 1 })
        expect(errors).toEqual([expect.stringContaining(sentence)])
      }
    }
    expect(existsSync(missing)).toBe(false)
  })

  it('[OPS-43] export --user and --conversation write a part, which import refuses', async () => {
    const [user, conversation] = [newFile(), newFile()]
    expect(await adminJson(dataDir(), exportCommand(), '--user', 'ada', user)).toMatchObject({ file: user })
    expect(await adminJson(dataDir(), exportCommand(), '--conversation', pair, conversation)).toMatchObject({
      file: conversation,
    })
    const all = ['export', 'user', 'conversation', 'participant', 'entry', 'invitation', 'pair', 'end']
    expect(typesIn(user)).toEqual(all)
    expect(typesIn(conversation)).toEqual(all)
    expect(readFileSync(user, 'utf8')).not.toContain('"id":"bob"')
    await empty()
    for (const part of [user, conversation]) {
      const { code, errors } = await runAdmin(dataDir(), importCommand(), part)
      expect(code).toBe(1)
      expect(errors).toEqual([expect.stringContaining('only a complete export can be imported')])
    }
  })
})

describe('an import after `smoke`', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    await empty()
    const [ada, bob] = [
      { id: 'ada', token: await chat.target.token('ada', 1) },
      { id: 'bob', token: await chat.target.token('bob', 1) },
    ]
    for (const run of ['one', 'two']) await playSmoke(chat.target, { ada, bob }, run, () => undefined)
  })

  const exported = async () => {
    const again = newFile()
    await exportTo(again, chat.target, 'all')
    return readFileSync(again, 'utf8')
  }

  it('[OPS-41] removes what a finished run has left behind, even if it is interrupted', async () => {
    expect(await exported()).toContain('Smoke test')
    for (let calls = 0; ; calls++) {
      const failing = failingAfter(chat.target, calls)
      const failed = await importFrom(file, failing).catch((error) => error)
      if (!(failed instanceof Error)) break
      expect(failed.message).toBe('killed')
    }
    expect(await exported()).toBe(readFileSync(file, 'utf8'))
    const { invitations, conversations } = chat.target.tables
    for (const table of [invitations, conversations]) {
      expect(JSON.stringify(await rowsIn(chat.target, table))).not.toMatch(/Smoke test|"SENT/)
    }
  })

  it('[OPS-41] refuses a group with such a title that has a participant or a message', async () => {
    const created = await chat.call('ada', 'POST', '/conversations', {
      title: 'Smoke test of the new stack',
      user_ids: ['bob'],
    })
    const path = `/conversations/${created['conversation_id']}`
    const refused = async (what: string) => {
      const before = await exported()
      const { code, errors } = await runAdmin(dataDir(), importCommand(), file)
      expect(code).toBe(1)
      expect(errors).toEqual([expect.stringContaining(`The chat is not empty: it has ${what}.`)])
      expect(await exported()).toBe(before)
    }
    await refused('conversations')
    await chat.call('ada', 'POST', `${path}/messages`, { content: 'hello' })
    await chat.call('ada', 'POST', `${path}/leave`)
    await refused('conversations')
    await chat.call('bob', 'PUT', `/invitations/${created['invitations'][0].id}/respond`, {
      action: 'accept',
    })
    await refused('conversations')
    await chat.call('bob', 'POST', `${path}/leave`)
    await refused('conversations')
  })

  it('[OPS-41] refuses an open invitation', async () => {
    await chat.call('ada', 'POST', '/invitations', { to_user_id: 'bob' })
    const { code, errors } = await runAdmin(dataDir(), importCommand(), file)
    expect(code).toBe(1)
    expect(errors).toEqual([expect.stringContaining('it has invitations')])
  })
})
