import { describe, expect, it } from 'vitest'
import {
  draftHash,
  seqOfMessageId,
  toMessage,
  toNewEntry,
  unreadCount,
} from '../../../../lambdas/chat/entries/message.ts'
import { nextEntry } from '../../../../lambdas/chat/entries/next-entry.ts'
import type { ConversationHead, Entry, Participant } from '../../../../lambdas/model.ts'

const random = 'r'.repeat(22)
const rate = { perSecond: 1000, burst: 1000 }
const noon = Date.parse('2026-01-01T12:00:00.000Z')
const participant = (user: string, rest: Partial<Participant> = {}): Participant => ({
  user,
  joined: new Map(),
  readSeq: 0,
  readOthers: 0,
  ...rest,
})
const head = (last?: Entry, users = ['ada', 'bob']): ConversationHead => ({
  id: 'c',
  createdAt: '2026-01-01T00:00:00.000Z',
  turnsIssued: 0,
  participants: new Map(users.map((user) => [user, participant(user)])),
  ...(last ? { last } : {}),
})
const follow = (last: Entry | undefined, sender: string, now = noon) =>
  nextEntry(head(last), toNewEntry({ sender, content: 'hi' }, random), { now, random, rate })

describe('the next entry', () => {
  it('[SEND-2] follows the head by one', () => {
    const first = follow(undefined, 'ada')
    expect(first).toMatchObject({ seq: 1, id: `1-${random}`, createdAt: '2026-01-01T12:00:00.000Z' })
    expect(follow(first, 'bob').seq).toBe(2)
  })

  it('[SEND-1] is never dated before its predecessor, even if a clock is behind', () => {
    const first = follow(undefined, 'ada')
    expect(follow(first, 'bob', noon - 300_000).createdAt).toBe(first.createdAt)
  })

  it('[RATE-2] is measured by a time that never goes back, so that clocks 20 s apart cause no refusal', () => {
    const modest = { perSecond: 10, burst: 5 }
    let last: Entry | undefined
    for (let n = 0; n < 40; n++) {
      const now = noon + n * 500 + (n % 2 === 0 ? 20_000 : 0)
      const draft = toNewEntry({ sender: 'ada', content: 'hi' }, random)
      last = nextEntry(head(last), draft, { now, random, rate: modest })
    }
    expect(last?.seq).toBe(40)
  })

  it('[READ-5] carries the highest seq of a deleted message', () => {
    const update = (last: Entry, targetSeq: number, deletion?: true) =>
      nextEntry(
        head(last),
        { kind: 'message_updated', sender: 'ada', targetSeq, deletion },
        { now: noon, random, rate },
      )
    const first = follow(follow(undefined, 'ada'), 'ada')
    const edited = update(first, 2)
    expect(edited.deletedSeq).toBe(0)
    const deleted = update(edited, 2, true)
    expect([deleted.deletedSeq, update(deleted, 1, true).deletedSeq]).toEqual([2, 2])
    expect(follow(deleted, 'bob').deletedSeq).toBe(2)
  })

  it('[READ-5] carries its predecessor’s seq if that one does not tell which messages were deleted', () => {
    const { deletedSeq: _, ...old } = follow(follow(undefined, 'ada'), 'ada')
    const next = follow(old, 'bob')
    expect([next.deletedSeq, follow(next, 'bob').deletedSeq]).toEqual([2, 2])
  })

  it('[PUSH-4] counts the messages of each user, so that the unread count is a subtraction, at most 100', () => {
    let last: Entry | undefined
    for (const sender of ['ada', 'bob', 'ada', 'constructor', '__proto__']) last = follow(last, sender)
    expect(last?.sent).toEqual(
      new Map([
        ['ada', 2],
        ['bob', 1],
      ]),
    )
    expect(unreadCount(participant('bob'), last)).toBe(2)
    expect(unreadCount(participant('bob', { readOthers: 1 }), last)).toBe(1)
    expect(unreadCount(participant('bob'), undefined)).toBe(0)
    for (let n = 0; n < 150; n++) last = follow(last, 'ada')
    expect(unreadCount(participant('bob'), last)).toBe(100)
  })

  it('[PUSH-4] larger groups are not counted', () => {
    const users = Array.from({ length: 11 }, (_, n) => `u${n}`)
    const entry = nextEntry(head(undefined, users), toNewEntry({ sender: 'u0', content: 'hi' }, random), {
      now: noon,
      random,
      rate,
    })
    expect(entry.sent).toBeUndefined()
    expect(unreadCount(participant('u1'), entry)).toBeUndefined()
  })
})

describe('message ids', () => {
  it.each([
    [`12-${random}`, 12],
    [`0-${random}`, undefined],
    [`12-${random}x`, undefined],
    ['temp-123', undefined],
    [17, undefined],
    [undefined, undefined],
  ])('[SEND-5] %s contains the seq %s', (id, seq) => {
    expect(seqOfMessageId(id)).toBe(seq)
  })
})

describe('a message as its reader sees it', () => {
  const entry = follow(undefined, 'ada')
  const readAt = '2026-01-02T00:00:00.000Z'
  const participants = (bob: Partial<Participant>) =>
    new Map([
      ['ada', participant('ada')],
      ['bob', participant('bob', bob)],
    ])

  it('[SEND-1] is read when the other’s cursor has reached it', () => {
    expect(toMessage(entry, 'c', 'ada', participants({}))).toMatchObject({ is_read: false })
    expect(toMessage(entry, 'c', 'ada', participants({ readSeq: 1, readAt }))).toMatchObject({
      is_read: true,
      read_at: readAt,
    })
    expect(toMessage(entry, 'c', 'bob', participants({ readSeq: 1, readAt }))).toMatchObject({
      is_read: true,
    })
    expect(toMessage(entry, 'c', 'bob', participants({}))).not.toHaveProperty('read_at')
  })

  it('[READ-4] was read by the last other participant, if there is none any more', () => {
    const alone = (ada: Partial<Participant>) => new Map([['ada', participant('ada', ada)]])
    const shown = (ada: Partial<Participant>) => toMessage(entry, 'c', 'ada', alone(ada))
    expect(shown({ lastOther: { readSeq: 1, readAt } })).toMatchObject({ is_read: true, read_at: readAt })
    expect(shown({ lastOther: { readSeq: 0 } })).toMatchObject({ is_read: false })
    // Rows of an older version have no such cursor.
    expect(shown({})).toMatchObject({ is_read: false })
    const withBob = new Map([...alone({ lastOther: { readSeq: 1, readAt } }), ['bob', participant('bob')]])
    expect(toMessage(entry, 'c', 'ada', withBob)).toMatchObject({ is_read: false })
  })

  it('[SEND-4] equal drafts have equal hashes, whatever the order of keys', () => {
    const hash = (metadata?: object, key = random) =>
      draftHash({ content: 'x', ...(metadata && { metadata: metadata as Record<string, unknown> }) }, key)
    expect(hash({ a: 1, b: { c: 2, d: 3 } })).toBe(hash({ b: { d: 3, c: 2 }, a: 1 }))
    expect(hash({ a: 1 })).not.toBe(hash({ a: '1' }))
    expect(hash()).not.toBe(hash({}))
    expect(hash({}, 'another key')).not.toBe(hash({}))
  })
})
