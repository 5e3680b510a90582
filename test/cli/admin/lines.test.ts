import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LineOf } from '../../../cli/admin/format/line-types.ts'
import { encodeLine, parseLine } from '../../../cli/admin/format/lines.ts'
import { readLines } from '../../../cli/admin/format/read-lines.ts'
import { lineOfUserRow } from '../../../cli/admin/format/to-lines.ts'
import { rowOfEntry } from '../../../cli/admin/format/to-rows.ts'
import { temporaryDirectory } from '../../local/temporary.ts'
import { hostileText } from '../../support/rich-chat.ts'

const entry = (seq: number, rest: Partial<LineOf<'entry'>> = {}): LineOf<'entry'> => ({
  type: 'entry',
  conversation: 'c',
  seq,
  id: `${seq}-x`,
  kind: 'message',
  sender: 'ada',
  created_at: '2026-01-01T12:00:00.000Z',
  ...rest,
})

describe('lines of an export', () => {
  it('have sorted fields after the type, and nothing in them that ends a line', () => {
    const text = encodeLine(entry(1, { content: hostileText, sent: [['ada', 1]] }))
    expect(text).toMatch(/^{"type":"entry","content":"one\\u2028two\\u2029three\\nfour/)
    expect(text).not.toMatch(/[\r\n\f\v\u0085\u2028\u2029]/)
    expect(parseLine(text)).toMatchObject({ content: hostileText })
  })

  it('are read from a file whose chunks divide characters and lines', async () => {
    const file = join(temporaryDirectory(), 'file.jsonl')
    const texts = Array.from({ length: 3000 }, (_, n) => `{"n":${n},"text":"😀é\u2028${'x'.repeat(n % 97)}"}`)
    writeFileSync(file, `${texts.join('\n')}\nrest`)
    expect(createReadStream(file).readableHighWaterMark).toBeLessThan(texts.join('').length / 2)
    const read: string[] = []
    let end: number | undefined = 0
    for await (const line of readLines(file)) {
      read.push(line.text)
      end = line.end
    }
    expect(read).toEqual([...texts, 'rest'])
    expect(end).toBeUndefined()
  })

  it('of users keep attributes that a later version stores, and refuse those that a file cannot hold', () => {
    const row = {
      pk: 'USER#ada',
      sk: 'PROFILE',
      id: 'ada',
      role: 'admin',
      search_terms: ['ad\tada'],
      pronouns: 'she',
    }
    expect(lineOfUserRow(row)).toEqual({
      type: 'user',
      id: 'ada',
      firstname: '',
      lastname: '',
      email: '',
      role: 'admin',
      pronouns: 'she',
    })
    expect(() => lineOfUserRow({ ...row, tags: new Set(['a']) })).toThrow('tags')
    expect(lineOfUserRow({ pk: 'USER#ada', sk: 'SETTINGS' })).toBe('unknown')
  })

  it('of entries become rows with what the entries before them say about the log', () => {
    const lines = [
      entry(1, { content: '', deleted_at: '2026-01-01T12:00:00.000Z' }),
      entry(2, { kind: 'participant_joined' }),
      entry(3, { content: 'hello', sent: [['__proto__', 2]] }),
      entry(4, { kind: 'message_updated', target_seq: 1, deletion: true }),
    ]
    let notes: Parameters<typeof rowOfEntry>[1] = { deletedSeq: 0 }
    const rows = lines.map((line) => {
      const made = rowOfEntry(line, notes)
      notes = made.notes
      return made.row
    })
    const noted = rows.map(({ message_seq, change_seq, deleted_seq }) => [
      message_seq,
      change_seq,
      deleted_seq,
    ])
    expect(noted).toEqual([
      [undefined, undefined, 1],
      [1, 2, 1],
      [undefined, 2, 1],
      [3, 2, 1],
    ])
    expect(rows[2]).toMatchObject({ pk: 'CONV#c', sk: 'LOG#000000000003', sent: { '#__proto__': 2 } })
  })
})
