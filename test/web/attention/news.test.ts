import { describe, expect, it } from 'vitest'
import type { Conversation, Message, Person } from '../../../client/index.ts'
import { newInvitations, newsBetween } from '../../../web/attention/news.ts'
import { unreadIn } from '../../../web/attention/unread.ts'
import { shortCount } from '../../../web/text/format.ts'
import { invitation } from '../builders.ts'

const ada: Person = { id: 'ada', firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.com' }
const grace: Person = { id: 'grace', firstname: 'Grace', lastname: 'Hopper', email: 'grace@example.com' }

/** A conversation of Ada with Grace whose last message is Grace's, at this second. */
function conversation(
  seq: number,
  changes: Partial<Conversation> = {},
  message: Partial<Message> = {},
): Conversation {
  const at = `2025-03-01T12:00:${String(seq).padStart(2, '0')}.000Z`
  return {
    id: 'c1',
    status: 'accepted',
    is_group: false,
    participants: [ada, grace],
    participant: grace,
    last_message: {
      id: `m${seq}`,
      kind: 'message',
      conversation_id: 'c1',
      seq,
      sender_id: 'grace',
      content: 'Hello',
      created_at: at,
      timestamp: at,
      is_read: false,
      ...message,
    },
    last_seq: seq,
    unread_count: 1,
    updated_at: at,
    ...changes,
  }
}

const newsOfAda = (before: readonly Conversation[], after: readonly Conversation[]) =>
  newsBetween(before, after, 'ada').map(({ id }) => id)

describe('news', () => {
  it('is a message of another user that is not read', () => {
    expect(newsOfAda([conversation(1)], [conversation(2)])).toEqual(['c1'])
    expect(newsOfAda([conversation(1)], [conversation(2, { unread_count: 0 })])).toEqual([])
    expect(newsOfAda([conversation(1)], [conversation(2, {}, { sender_id: 'ada' })])).toEqual([])
  })

  it('is not an entry after the last message, such as one about an edit', () => {
    expect(newsOfAda([conversation(2)], [conversation(2, { last_seq: 3 })])).toEqual([])
  })

  it('is not a message that was deleted before it arrived', () => {
    expect(
      newsOfAda([conversation(1)], [conversation(2, {}, { deleted_at: '2025-03-01T12:00:03Z' })]),
    ).toEqual([])
  })

  it('is a new conversation, but not one below the part of the list that was loaded', () => {
    const held = conversation(5)
    expect(newsOfAda([held], [conversation(6, { id: 'c2' }), held])).toEqual(['c2'])
    expect(newsOfAda([held], [held, conversation(4, { id: 'c2' })])).toEqual([])
  })

  it('is an invitation that was not there before', () => {
    const [first, second] = [invitation(grace, { id: 'i1' }), invitation(grace, { id: 'i2' })]
    expect(newInvitations([first], [second, { ...first }])).toEqual([second])
    expect(newInvitations([first], [])).toEqual([])
  })
})

describe('the number of unread messages', () => {
  it('is the sum over all conversations', () => {
    expect(unreadIn([conversation(1, { unread_count: 2 }), conversation(2, { unread_count: 3 })])).toBe(5)
  })

  it('ends at 99 where there is little room', () => {
    expect([0, 99, 100].map(shortCount)).toEqual(['0', '99', '99+'])
  })
})
