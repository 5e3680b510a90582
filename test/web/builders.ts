import type { Conversation, Invitation, Message, Person } from '../../client/index.ts'

export function person(id: string, firstname = id, lastname = ''): Person {
  return { id, firstname, lastname, email: `${id}@example.com` }
}

/** A pair of the user `me` with `other`. */
export function pair(other: Person, fields: Partial<Conversation> = {}): Conversation {
  return {
    id: `with-${other.id}`,
    status: 'accepted',
    is_group: false,
    participants: [person('me'), other],
    participant: other,
    last_message: null,
    last_seq: 0,
    unread_count: 0,
    updated_at: '2026-11-27T12:00:00.000Z',
    ...fields,
  }
}

/** A group of the user `me` with others. */
export function group(others: readonly Person[], fields: Partial<Conversation> = {}): Conversation {
  const participants = [person('me'), ...others]
  return pair(person('group'), { id: 'group', is_group: true, owner_id: 'me', participants, ...fields })
}

export function message(
  sender_id: string,
  content: string,
  fields: Partial<Message> = {},
): NonNullable<Conversation['last_message']> {
  const created_at = '2026-11-27T12:00:00.000Z'
  const base = { id: 'm', conversation_id: 'c', seq: 1, kind: 'message', is_read: false } as const
  return { ...base, sender_id, content, created_at, timestamp: created_at, ...fields }
}

export function invitation(from_user: Person, fields: Partial<Invitation> = {}): Invitation {
  const created_at = '2026-11-27T12:00:00.000Z'
  const base = { id: `from-${from_user.id}`, message: '', status: 'pending', created_at } as const
  return { ...base, from_user, fromUser: from_user, ...fields }
}
