import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../cli/admin/import/check.ts'
import { temporaryDirectory } from '../../local/temporary.ts'

const at = '2026-01-01T12:00:00.000Z'
const begin = { type: 'export', version: 1, scope: 'all' }
const user = { type: 'user', id: 'ada', firstname: 'Ada', lastname: '', email: '', role: 'admin' }
const conversation = { type: 'conversation', id: 'c', created_at: at, updated_at: at, last_seq: 1 }
const participant = { type: 'participant', conversation: 'c', user: 'ada', read_seq: 0, read_others: 0 }
const entry = {
  type: 'entry',
  conversation: 'c',
  seq: 1,
  id: '1-x',
  kind: 'message',
  sender: 'ada',
  created_at: at,
  content: 'hello',
}
const both = [participant, { ...participant, user: 'bob' }]
const invitation = {
  type: 'invitation',
  id: 'i',
  from: 'ada',
  to: 'bob',
  created_at: at,
  status: 'pending',
  message: '',
}
const group = { ...conversation, id: 'g', last_seq: 0, group: { creator: 'ada' } }
const toGroup = { ...invitation, group: { id: 'g' } }
const pair = { type: 'pair', users: ['ada', 'bob'], conversation: 'c' }
const request = { type: 'group_request', user: 'ada', client_request_id: 'r', group: 'g', hash: 'h' }
const end = (lines: number) => ({ type: 'end', lines })
const whole = [begin, user, conversation, participant, entry]

async function check(lines: readonly (object | string)[], rest = ''): Promise<unknown> {
  const file = join(temporaryDirectory(), 'file.jsonl')
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(file, `${texts.join('\n')}\n${rest}`)
  return await checkFile(file, () => undefined)
}

describe('[OPS-40] before an import, a file is checked', () => {
  it('and accepted if it is complete, with fields that this version does not know', async () => {
    expect(await check([...whole, end(5)])).toMatchObject({ lines: 6, users: new Set(['ada']) })
    expect(await check([begin, { ...user, pronouns: 'she' }, end(2)])).toMatchObject({ lines: 3 })
    expect(await check([begin, end(1)])).toMatchObject({ lines: 2 })
  })

  it('and accepted if its oldest entries have expired, or all of them', async () => {
    const second = { ...entry, seq: 2 }
    for (const first_seq of [2, 3])
      expect(await check([begin, { ...conversation, first_seq, last_seq: 2 }, second, end(3)])).toMatchObject(
        { lines: 4 },
      )
  })

  it('and accepted if everything that it names comes before', async () => {
    const ended = { ...invitation, id: 'h', status: 'accepted', conversation: 'c' }
    const lines = [begin, conversation, ...both, entry, group, ended, toGroup, pair, request]
    expect(await check([...lines, end(10)])).toMatchObject({ lines: 11 })
    const again = { ...toGroup, id: 'j', to: 'cyd' }
    expect(await check([begin, group, { ...invitation, id: 'h' }, toGroup, again, end(5)])).toMatchObject({
      lines: 6,
    })
  })

  it.each([
    [
      'names the conversation c, which is missing',
      [{ ...invitation, status: 'accepted', conversation: 'c' }],
    ],
    ['names the group g, which is missing', [toGroup]],
    ['names the conversation c, which is missing', [pair]],
    ['names the group g, which is missing', [request]],
    ['names the group c, which is missing', [conversation, entry, { ...request, group: 'c' }]],
    ['names users who are not the participants', [conversation, participant, entry, pair]],
    [
      'names users who are not the participants',
      [conversation, ...both, entry, { ...pair, users: ['ada', 'cyd'] }],
    ],
    [
      'is the second open invitation of the same users',
      [invitation, { ...invitation, from: 'bob', to: 'ada', id: 'j' }],
    ],
    [
      'is the second open invitation of the same users',
      [group, toGroup, { ...toGroup, from: 'cyd', id: 'j' }],
    ],
    ['links two users who have an open invitation', [conversation, ...both, entry, invitation, pair]],
    [
      'links two users who have an open invitation',
      [conversation, ...both, entry, pair, { ...pair, users: ['bob', 'ada'] }],
    ],
    ['names the entry 2 of a log that ends at 1', [conversation, { ...participant, read_seq: 2 }]],
    ['names the entry 3 of a log that ends at 1', [conversation, { ...participant, joined_seq: 3 }]],
    [
      'names the entry 4 of a log that ends at 1',
      [conversation, { ...participant, last_other: { read_seq: 4 } }],
    ],
  ])('and refused if the last line %s', async (reason, lines) => {
    await expect(check([begin, ...lines, end(lines.length + 1)])).rejects.toThrow(
      new RegExp(`line ${lines.length + 1}: ${reason}.*Nothing was imported`),
    )
  })

  it.each([
    ['is cut off', [...whole], '{"type":"end"'],
    ['its last line is missing', whole],
    ['is not JSON', []],
    ['says that 6 lines come before it, but there are 5', [...whole, end(6)]],
    ['does not begin an export', whole.slice(1)],
    ['is out of order, or a duplicate', [begin, user, user, end(3)]],
    ['is out of order, or a duplicate', [begin, conversation, user, end(3)]],
    ['is out of order, or a duplicate', [begin, end(1), end(2)]],
    ['whose log ends at 0 instead of 1', [begin, conversation, end(2)]],
    ['follows the entry 1', [begin, { ...conversation, last_seq: 3 }, entry, { ...entry, seq: 3 }, end(4)]],
    ['belongs to a conversation that is missing', [begin, participant, end(2)]],
    [
      'belongs to a conversation that is missing',
      [begin, conversation, { ...entry, conversation: 'd' }, end(3)],
    ],
    ['only a complete export can be imported', [{ ...begin, scope: { user: 'ada' } }, end(1)]],
    ['version: must be 1', [{ ...begin, version: 2 }, end(1)]],
    ['is not JSON', [begin, '{', end(2)]],
    ['"type" is not one of', [begin, { type: 'message' }, end(2)]],
    ['"type" is not one of', [begin, '[]', end(2)]],
    ['firstname: is required', [begin, { ...user, firstname: undefined }, end(2)]],
    ['must be 1 to 254', [begin, { ...user, id: 'a#b' }, end(2)]],
    ['not well-formed Unicode', [begin, { ...user, lastname: '\ud800' }, end(2)]],
    ['not well-formed Unicode', [begin, { ...user, extra: [{ '\udc00': 1 }] }, end(2)]],
    [
      'metadata: must be the text of a JSON object',
      [begin, conversation, { ...entry, metadata: '[1]' }, end(3)],
    ],
    [
      'begins a log that must begin at 1',
      [begin, { ...conversation, last_seq: 2 }, { ...entry, seq: 2 }, end(3)],
    ],
    [
      'begins a log that must begin at 2',
      [begin, { ...conversation, first_seq: 2, last_seq: 3 }, { ...entry, seq: 3 }, end(3)],
    ],
    ['begins a log at 3 that ends at 1', [begin, { ...conversation, first_seq: 3 }, entry, end(3)]],
    ['is a message without content', [begin, conversation, { ...entry, content: undefined }, end(3)]],
    ['updates no message before it', [begin, conversation, { ...entry, kind: 'message_updated' }, end(3)]],
    [
      'names no entry',
      [
        begin,
        conversation,
        entry,
        { type: 'send', conversation: 'c', sender: 'ada', client_message_id: 'k', seq: 2 },
        end(4),
      ],
    ],
    ['seq: must be at most', [begin, conversation, { ...entry, seq: 1e15 }, end(3)]],
    ['must be a time', [begin, { ...conversation, created_at: '2026-02-30T99:00:00.000Z' }, entry, end(3)]],
    ['first_since: must be a time', [begin, { ...conversation, first_since: 'x' }, entry, end(3)]],
    ['first_sent: must be', [begin, { ...conversation, first_sent: null }, entry, end(3)]],
    ['cannot be stored', [begin, { ...user, extra: { constructor: 1 } }, end(2)]],
    ['cannot be stored', [begin, JSON.stringify(user).replace('{', '{"__proto__":{"pk":"x"},'), end(2)]],
    ['cannot be stored', [begin, JSON.stringify(user).replace('{', '{"extra":1e400,'), end(2)]],
    ['metadata: must be', [begin, conversation, { ...entry, metadata: { n: 1 } }, end(3)]],
  ])('and refused if a line %s', async (reason, lines, rest?: string) => {
    await expect(check(lines, rest)).rejects.toThrow(reason)
  })

  it('and refused with the number of the line', async () => {
    await expect(check([begin, user, 'oops', end(3)])).rejects.toThrow(
      /line 3: is not JSON. Nothing was imported/,
    )
  })

  it('and refused if it is not UTF-8, or has no line breaks', async () => {
    const file = join(temporaryDirectory(), 'file.jsonl')
    writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d, 0x0a]))
    await expect(checkFile(file, () => undefined)).rejects.toThrow('line 1')
    writeFileSync(file, 'x'.repeat(3 * 1024 * 1024))
    await expect(checkFile(file, () => undefined)).rejects.toThrow('line 1: a line is too long')
    await expect(checkFile(`${file}.missing`, () => undefined)).rejects.toThrow('cannot be read')
  })
})
