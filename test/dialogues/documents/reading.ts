import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }

/** They see each other type and read, and change what they wrote. */
export const reading: readonly Step[] = [
  {
    does: 'bob types',
    as: 'bob',
    frame: 'typing',
    fields: { ...pair, is_typing: true },
    tells: [['ada', { type: 'user_typing', ...pair, user_id: '$bob', is_typing: true }]],
  },
  {
    does: 'bob marks what he read over the socket',
    as: 'bob',
    frame: 'mark_read',
    fields: { ...pair, seq: 1 },
    answer: { ...pair, last_read_seq: 1, unread_count: 0 },
    tells: [['ada', { type: 'message_read', ...pair, user_id: '$bob', last_read_seq: 1 }]],
  },
  {
    does: 'ada marks everything read over REST',
    as: 'ada',
    call: 'markRead',
    path: { id: '$pair' },
    body: {},
    answer: { last_read_seq: 2, marked_read: 1, unread_count: 0 },
    tells: [['bob', { type: 'message_read', ...pair, user_id: '$ada', last_read_seq: 2 }]],
  },
  {
    does: 'ada edits her message',
    as: 'ada',
    call: 'editMessage',
    path: { id: '$pair', seq: 1 },
    body: { content: 'hello again' },
    answer: { message: { seq: 1, content: 'hello again' } },
    keep: { edited: 'message.edited_at' },
    tells: [
      ['bob', { type: 'message_updated', ...pair, seq: 3, message: { seq: 1, content: 'hello again' } }],
    ],
  },
  {
    does: 'ada cannot edit his',
    as: 'ada',
    call: 'editMessage',
    path: { id: '$pair', seq: 2 },
    body: { content: 'mine' },
    refusal: 'not_found',
  },
  {
    does: 'bob deletes his message',
    as: 'bob',
    call: 'deleteMessage',
    path: { id: '$pair', seq: 2 },
    answer: { message: { seq: 2, content: '' } },
    keep: { deleted: 'message.deleted_at' },
    tells: [['ada', { type: 'message_updated', ...pair, seq: 4, message: { seq: 2, content: '' } }]],
  },
  {
    does: 'bob finds both changes in the log',
    as: 'bob',
    call: 'listMessages',
    path: { id: '$pair' },
    query: { after: 2 },
    answer: {
      messages: [
        { seq: 3, kind: 'message_updated', target_seq: 1, message: { content: 'hello again' } },
        { seq: 4, kind: 'message_updated', target_seq: 2, message: { content: '' } },
      ],
    },
  },
]
