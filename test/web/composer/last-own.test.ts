import { expect, it } from 'vitest'
import type { Entry } from '../../../client/index.ts'
import { lastOwnMessage } from '../../../web/composer/last-own.ts'

const base = { id: 'm', conversation_id: 'c1', created_at: '2026-01-01T00:00:00.000Z' }
const aMessage = (seq: number, sender_id: string, rest: object = {}): Entry => ({
  ...base,
  kind: 'message',
  seq,
  sender_id,
  content: `message ${seq}`,
  is_read: false,
  ...rest,
})
const aLeave = (seq: number, sender_id: string): Entry => ({
  ...base,
  kind: 'participant_left',
  seq,
  sender_id,
  participant: { id: sender_id, firstname: '', lastname: '', email: '' },
})

it('the user’s last message is found even if messages of others, deleted ones and other entries follow it', () => {
  const entries = [
    aMessage(1, 'ada'),
    aMessage(2, 'ada'),
    aMessage(3, 'grace'),
    aMessage(4, 'ada', { content: '', deleted_at: base.created_at }),
    aLeave(5, 'ada'),
  ]
  expect(lastOwnMessage(entries, 'ada')?.seq).toBe(2)
  expect(lastOwnMessage(entries, 'grace')?.seq).toBe(3)
  expect(lastOwnMessage(entries, 'joan')).toBeUndefined()
})
