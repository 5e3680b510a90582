import { expect, test } from 'vitest'
import type { Conversation, Invitation } from '../../../client/index.ts'
import { waitingIn } from '../../../web/attention/unread.ts'

test('unread messages and received invitations wait for the user', () => {
  const conversations = [{ unread_count: 2 }, { unread_count: 0 }] as Conversation[]
  const invitations = [{ id: 'i1' }] as Invitation[]
  expect(waitingIn(conversations, invitations)).toBe(3)
})
