import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }

/** Ada and Bob type, read, edit and delete. */
export const readingAndEditing: readonly Step[] = [
  {
    title: 'bob types',
    as: 'bob',
    frame: 'typing',
    fields: { ...pair, is_typing: true },
    pushes: [['ada', { type: 'user_typing', ...pair, user_id: '$bob', is_typing: true }]],
  },
  {
    title: 'bob marks a message read over the socket',
    as: 'bob',
    frame: 'mark_read',
    fields: { ...pair, seq: 1 },
    answer: { ...pair, last_read_seq: 1, unread_count: 0 },
    pushes: [['ada', { type: 'message_read', ...pair, user_id: '$bob', last_read_seq: 1 }]],
  },
  {
    title: 'ada marks everything read over REST',
    as: 'ada',
    call: 'markRead',
    path: { id: '$pair' },
    body: {},
    answer: { last_read_seq: 2, marked_read: 1, unread_count: 0 },
    pushes: [['bob', { type: 'message_read', ...pair, user_id: '$ada', last_read_seq: 2 }]],
  },
  {
    title: 'ada edits her own message',
    as: 'ada',
    call: 'editMessage',
    path: { id: '$pair', seq: 1 },
    body: { content: 'hello again' },
    answer: { message: { seq: 1, content: 'hello again' } },
    keep: { edited: 'message.edited_at' },
    pushes: [
      ['bob', { type: 'message_updated', ...pair, seq: 3, message: { seq: 1, content: 'hello again' } }],
    ],
  },
  {
    title: 'ada cannot edit a message from bob',
    as: 'ada',
    call: 'editMessage',
    path: { id: '$pair', seq: 2 },
    body: { content: 'mine' },
    error: 'not_found',
  },
  {
    title: 'bob deletes his own message',
    as: 'bob',
    call: 'deleteMessage',
    path: { id: '$pair', seq: 2 },
    answer: { message: { seq: 2, content: '' } },
    keep: { deleted: 'message.deleted_at' },
    pushes: [['ada', { type: 'message_updated', ...pair, seq: 4, message: { seq: 2, content: '' } }]],
  },
  {
    title: 'bob reads both changes in the log',
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
