import { describe, expect, it } from 'vitest'
import type { Log } from '../../../client/index.ts'
import { arrivedAfter, firstUnread, hasAllUnread } from '../../../web/conversation/unread.ts'
import { joined, message } from './entries.ts'

const entries = [
  message(1, 'grace'),
  message(2, 'ada'),
  joined(4, 'alan'),
  message(5, 'grace', '10:00', 1, { deleted_at: '2025-03-01T11:00:00Z', content: '' }),
  message(6, 'ada'),
  message(7, 'grace'),
  message(8, 'alan'),
]
const seqs = (cursor: number) => arrivedAfter(entries, cursor, 'ada').map(({ seq }) => seq)

it('messages have arrived if they are from others and not deleted', () => {
  expect(seqs(0)).toEqual([1, 7, 8])
  expect(seqs(7)).toEqual([8])
  expect(seqs(8)).toEqual([])
})

describe('the divider', () => {
  const log = { entries, hasOlder: false }

  it('is before the first unread message of another user', () => {
    expect(firstUnread(log, 2, 'ada')).toBe(7)
  })

  it('is right where the cursor is at an entry without a row', () => {
    expect(firstUnread(log, 3, 'ada')).toBe(7)
  })

  it('is nowhere if everything is read', () => {
    expect(firstUnread(log, 8, 'ada')).toBeUndefined()
  })

  it('is nowhere while the first unread message may not be loaded', () => {
    const older = { entries: entries.slice(3), hasOlder: true }
    expect(firstUnread(older, 2, 'ada')).toBeUndefined()
    expect(firstUnread(older, 4, 'ada')).toBe(7)
  })
})

describe('all unread messages are there', () => {
  const log = (fields: Partial<Log>): Log => ({
    entries,
    pending: [],
    hasOlder: false,
    firstSeq: 1,
    lastSeq: 8,
    lastReadSeq: 4,
    unreadCount: 2,
    typing: [],
    ...fields,
  })

  it('if the newest entry is', () => {
    expect(hasAllUnread(log({ unreadCount: 5 }), 'ada')).toBe(true)
  })

  it('if as many are there as are counted, although the newest entry has no row', () => {
    expect(hasAllUnread(log({ lastSeq: 9 }), 'ada')).toBe(true)
  })

  it('not while the log is what was stored the last time', () => {
    expect(hasAllUnread(log({ entries: entries.slice(0, 5) }), 'ada')).toBe(false)
    expect(hasAllUnread(log({ entries: [], unreadCount: 0 }), 'ada')).toBe(false)
  })

  it('[RETAIN-3] if all messages have been removed because of their age', () => {
    const gone = { entries: [], firstSeq: 9, unreadCount: 0 }
    expect(hasAllUnread(log(gone), 'ada')).toBe(true)
    expect(hasAllUnread(log({ ...gone, unreadCount: 1 }), 'ada')).toBe(false)
  })
})
